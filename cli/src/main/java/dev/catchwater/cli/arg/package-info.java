/// The grammar of the command line: what each command takes, told once and used for parsing, help,
/// completion and the reference page.
///
/// Fed by the words of a command line; feeds the commands. Small and without regular expressions or
/// reflection, because it stands in front of every one-row push.
@NullMarked
package dev.catchwater.cli.arg;

import org.jspecify.annotations.NullMarked;
