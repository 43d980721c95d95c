/// The rules of a chain and its state after a block.
@NullMarked
package dev.catchwater.odf.chain;

import org.jspecify.annotations.NullMarked;
