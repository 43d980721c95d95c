/// The catchwater command, the only place that prints.
@NullMarked
package dev.catchwater.cli;

import org.jspecify.annotations.NullMarked;
