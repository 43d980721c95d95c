/// YAML manifests, read with line and column.
///
/// Fed by files of people; feeds storage with snapshots of checked events.
@NullMarked
package dev.catchwater.odf.manifest;

import org.jspecify.annotations.NullMarked;
