/// The metadata events and blocks of a chain.
@NullMarked
package dev.catchwater.odf.event;

import org.jspecify.annotations.NullMarked;
