/// Copies datasets from and to other repositories. Begin with [Replicator].
///
/// Fed by storage; feeds the cli.
@NullMarked
package dev.catchwater.storage.transfer;

import org.jspecify.annotations.NullMarked;
