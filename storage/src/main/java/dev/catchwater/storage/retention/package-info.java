/// How long the rows of a dataset are kept (design decision 10, §7.29): whole slices go from the
/// disk, the chain and its hashes stay, and blocks say which went.
///
/// Fed by attachments of chains and by the writer of a dataset; feeds blocks with marks, and all
/// who read slices with the first offset that is kept.
@NullMarked
package dev.catchwater.storage.retention;

import org.jspecify.annotations.NullMarked;
