/// Receipts of pushes: their numbers, the trees of commit groups and blocks, the key that signs,
/// and where they are kept.
///
/// Fed by an open dataset with the facts of each push, and by its journal with the groups; feeds
/// whoever answers a push, and blocks with the root of their receipts.
@NullMarked
package dev.catchwater.ingest.live.receipt;

import org.jspecify.annotations.NullMarked;
