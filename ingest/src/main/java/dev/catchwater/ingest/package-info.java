/// The way of a push: read, merge, seal.
@NullMarked
package dev.catchwater.ingest;

import org.jspecify.annotations.NullMarked;
