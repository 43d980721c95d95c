/// Workspace, datasets, chains, locks, verify, pull and push.
///
/// Begin with [Workspace], go on to [Dataset] (reading) and [DatasetWriter] (the one way to add to
/// a chain). Every file goes through the `Disk` port, so that a simulated disk can crash under all
/// of it. Fed by ingest (staged slices and events), the cli and other repositories; feeds ingest
/// and query with chains, states and slices.
@NullMarked
package dev.catchwater.storage;

import org.jspecify.annotations.NullMarked;
