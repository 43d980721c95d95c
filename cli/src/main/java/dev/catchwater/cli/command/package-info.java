/// One class a command: its grammar and what it does.
///
/// Fed by parsed arguments; feeds storage, ingest and query, and prints what they answer. Begin
/// with [dev.catchwater.cli.command.CommandCatalog].
@NullMarked
package dev.catchwater.cli.command;

import org.jspecify.annotations.NullMarked;
