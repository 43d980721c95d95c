/// Workspace, datasets, chains, locks, verify, pull and push.
@NullMarked
package dev.catchwater.storage;

import org.jspecify.annotations.NullMarked;
