package dev.catchwater.columnar.slice;

import dev.catchwater.odf.identity.Multihash;

/// What a finished slice is known by (ODF `DataSlice`).
///
/// @param logicalHash hash of the rows, independent of encoding
/// @param physicalHash SHA3-256 of the file; the file's name in a repository
/// @param size bytes of the file
/// @param rowCount rows in it
public record WrittenSlice(
    Multihash logicalHash, Multihash physicalHash, long size, long rowCount) {}
