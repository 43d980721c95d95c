/// The rules of a chain and its state after a block.
///
/// Fed by blocks in order, oldest first; feeds the writer of a dataset and every push with what
/// holds now.
@NullMarked
package dev.catchwater.odf.chain;

import org.jspecify.annotations.NullMarked;
