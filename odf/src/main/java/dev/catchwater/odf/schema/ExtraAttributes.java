package dev.catchwater.odf.schema;

/// Annotations of a field, schema or data block: a JSON object as compact text with sorted keys,
/// kept as it was read (ODF `ExtraAttributes`).
public record ExtraAttributes(String json) {}
