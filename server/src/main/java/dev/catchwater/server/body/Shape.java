package dev.catchwater.server.body;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.tables.RowLines;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What becomes of the body of a push before its source reads it.
public interface Shape {
  /// What the source is told that the rows are, null for what it declares.
  @Nullable InputFormat format();

  /// The rows of a body in the form that the source takes, null for the body as it came.
  ///
  /// @param keepsBadLines whether lines that are wrong are left to the source
  @Nullable RowLines lines(ReceivedBody body, boolean keepsBadLines) throws IOException;

  /// What a repeated push must have the same.
  default Multihash hash(ReceivedBody body) {
    return body.hash();
  }

  /// A body as it came.
  ///
  /// @param format what it is, null for what the source declares
  static Shape plain(@Nullable InputFormat format) {
    return new Shape() {
      @Override
      public @Nullable InputFormat format() {
        return format;
      }

      @Override
      public @Nullable RowLines lines(ReceivedBody body, boolean keepsBadLines) {
        return null;
      }
    };
  }
}
