package dev.catchwater.connectors.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a file from a position on, as they come. A body that is cut throws.
///
/// @param version which content it is
/// @param from where the bytes begin, counted from 0
/// @param connection what is closed behind it
record OpenedFile(FileVersion version, long from, InputStream body, Closeable connection)
    implements Closeable {
  @Override
  public void close() throws IOException {
    connection.close();
  }
}
