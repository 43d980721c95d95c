/// The resident engine: commands of a workspace run in a process that is there already, handed over
/// by the launcher through a Unix socket (`docs/internals/resident.md` has the protocol).
///
/// Fed by `tools/engine-client.pl`, its twin in Python and [dev.catchwater.cli.Main]; feeds
/// [dev.catchwater.cli.Cli]. Begin with [dev.catchwater.cli.resident.Engine].
@NullMarked
package dev.catchwater.cli.resident;

import org.jspecify.annotations.NullMarked;
