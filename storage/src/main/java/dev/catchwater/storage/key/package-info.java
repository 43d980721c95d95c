/// The keys of a workspace that receipts, answers and the side log are signed with.
///
/// Fed by whoever signs; feeds whoever checks.
@NullMarked
package dev.catchwater.storage.key;

import org.jspecify.annotations.NullMarked;
