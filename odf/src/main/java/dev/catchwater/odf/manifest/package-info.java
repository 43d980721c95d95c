/// YAML manifests, read with line and column.
@NullMarked
package dev.catchwater.odf.manifest;

import org.jspecify.annotations.NullMarked;
