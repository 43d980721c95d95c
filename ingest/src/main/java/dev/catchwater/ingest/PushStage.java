package dev.catchwater.ingest;

/// Where a push stands; told to its [PushListener].
public enum PushStage {
  /// Bytes become rows; merging and writing go along with it where the rows come in order.
  READING,
  /// Rows are read and go through the SQL steps of the source.
  PREPROCESSING,
  /// All rows are read; what was put aside on disk is merged.
  MERGING,
  /// The slice is finished, hashed and read back.
  SEALING,
  /// Files, blocks and head are made durable.
  COMMITTING
}
