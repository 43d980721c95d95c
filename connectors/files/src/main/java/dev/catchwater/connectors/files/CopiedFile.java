package dev.catchwater.connectors.files;

import java.nio.file.Path;

/// A file that was copied. Immutable.
///
/// @param address where it was had from
/// @param path the copy
/// @param size in bytes
/// @param sha256 of its bytes, in lower-case hexadecimal
/// @param version what its server says of it
public record CopiedFile(
    String address, Path path, long size, String sha256, FileVersion version) {}
