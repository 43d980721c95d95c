/// Many small slices become few: the hard compaction that kamu has, which writes the history anew.
///
/// Fed by a [dev.catchwater.storage.DatasetWriter] and the slices of its dataset; feeds the same
/// writer with new slices and blocks.
@NullMarked
package dev.catchwater.storage.compact;

import org.jspecify.annotations.NullMarked;
