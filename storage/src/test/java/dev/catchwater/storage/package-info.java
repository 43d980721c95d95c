/// Tests of workspaces, datasets, writers and copies, most of them on a disk that crashes.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.storage;

import org.jspecify.annotations.NullMarked;
