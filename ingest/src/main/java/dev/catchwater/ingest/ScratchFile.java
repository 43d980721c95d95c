package dev.catchwater.ingest;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.StagedFile;
import java.io.IOException;

/// A staged file that goes away when it is closed.
record ScratchFile(DatasetWriter writer, StagedFile staged) implements DiskFile {
  @Override
  public int read(byte[] into, int offset, int length, long position) throws IOException {
    return staged.file().read(into, offset, length, position);
  }

  @Override
  public void write(byte[] from, int offset, int length, long position) throws IOException {
    staged.file().write(from, offset, length, position);
  }

  @Override
  public void truncate(long size) throws IOException {
    staged.file().truncate(size);
  }

  @Override
  public void force() throws IOException {
    staged.file().force();
  }

  @Override
  public long size() throws IOException {
    return staged.file().size();
  }

  @Override
  public void close() {
    writer.discard(staged);
  }
}
