/// Workspace, datasets, chains, locks, verify, pull and push.
///
/// Fed by ingest (staged slices and events), other workspaces; feeds ingest and query with chains,
/// states and slices.
@NullMarked
package dev.catchwater.storage;

import org.jspecify.annotations.NullMarked;
