/// Texts of numbers and times in bytes, read without making a String.
///
/// *Fed by* the readers of [dev.catchwater.ingest.read], value by value. *Feeds* the columns.
@NullMarked
package dev.catchwater.ingest.read.text;

import org.jspecify.annotations.NullMarked;
