package dev.catchwater.cli;

import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import java.io.IOException;

/// A command: its grammar and what it does.
public interface Command {

  /// What it takes and what its help says.
  CommandSpec spec();

  /// Does it. Failures are thrown and become exit code 1, a [dev.catchwater.cli.arg.UsageException]
  /// becomes 2.
  ///
  /// @return the exit code, 0 for done or nothing to do
  int run(Session session, Arguments arguments) throws IOException;
}
