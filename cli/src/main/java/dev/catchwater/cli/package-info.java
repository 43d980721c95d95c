/// The `catchwater` command: the only place that prints. Results go to standard output, everything
/// else to standard error.
///
/// Fed by a command line; feeds a terminal or a script with text and an exit code. Begin with
/// [dev.catchwater.cli.Cli].
@NullMarked
package dev.catchwater.cli;

import org.jspecify.annotations.NullMarked;
