/// What is known of a dataset outside of its folder, so that a folder that was exchanged shows: the
/// newest head this workspace has seen, and the signed log of what catchwater itself did to the
/// history (design §7.28).
///
/// Fed by whoever makes another chain the history of a dataset; feeds the next blocks, those who
/// open a dataset, and `verify`.
@NullMarked
package dev.catchwater.storage.record;

import org.jspecify.annotations.NullMarked;
