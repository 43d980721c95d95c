/// Talking to a person: lines on standard error, colours, progress, errors, questions.
///
/// Fed by the commands; feeds the terminal. Begin with [dev.catchwater.cli.terminal.Console].
@NullMarked
package dev.catchwater.cli.terminal;

import org.jspecify.annotations.NullMarked;
