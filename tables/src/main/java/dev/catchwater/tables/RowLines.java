package dev.catchwater.tables;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.identity.Multihash;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a push into a stream or table: NDJSON with a payload, a key where there is one, and
/// an operation where rows may go. In memory, beyond 8 MiB in a file that goes with it. Used by one
/// thread until it is read.
public final class RowLines implements Closeable {
  private static final int MEMORY_MAX = 8 << 20;
  private static final byte[] OPEN = {'{'};
  private static final byte[] PUT = ascii("{\"op\":0,");
  private static final byte[] DELETE = ascii("{\"op\":1,");
  private static final byte[] KEY = ascii("\"" + Definition.KEY + "\":");
  private static final byte[] PAYLOAD = ascii("\"" + Definition.PAYLOAD + "\":");

  private final Path folder;
  private final boolean hasOperations;
  private final @Nullable RowHashes hashes;
  private final RowText line = new RowText();
  private final RowText payload = new RowText();
  private final RowText held = new RowText();
  private @Nullable Path file;
  private @Nullable OutputStream out;
  private long written;
  private long count;

  /// @param folder for the file
  /// @param hasOperations whether the source of the rows has operations
  /// @param isHashed whether [#contentHash()] is wanted
  RowLines(Path folder, boolean hasOperations, boolean isHashed) {
    this.folder = folder;
    this.hasOperations = hasOperations;
    hashes = isHashed ? new RowHashes() : null;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Adds a row.
  ///
  /// @param key null where rows have none
  /// @param start where its JSON begins, which was scanned
  void add(byte @Nullable [] key, byte[] b, int start, int end) throws IOException {
    payload.clear();
    payload.compact(b, start, end);
    if (hashes != null) {
      hashes.add(payload.bytes(), payload.length());
    }
    line.clear();
    begin(hasOperations ? PUT : OPEN, key);
    line.put(PAYLOAD, 0, PAYLOAD.length);
    line.quote(payload.bytes(), 0, payload.length());
    end();
  }

  /// Adds that the row of a key goes.
  void delete(byte[] key) throws IOException {
    line.clear();
    begin(DELETE, key);
    line.put(PAYLOAD, 0, PAYLOAD.length);
    line.put(ascii("null"), 0, 4);
    end();
  }

  private void begin(byte[] opening, byte @Nullable [] key) {
    line.put(opening, 0, opening.length);
    if (key != null) {
      line.put(KEY, 0, KEY.length);
      line.quote(key, 0, key.length);
      line.put((byte) ',');
    }
  }

  private void end() throws IOException {
    line.put((byte) '}');
    line.put((byte) '\n');
    count++;
    hold(line.bytes(), line.length());
  }

  /// Adds a line as it came: the reader of the source says what is wrong with it.
  void addAsItIs(byte[] b, int start, int end) throws IOException {
    line.clear();
    line.put(b, start, end);
    line.put((byte) '\n');
    hold(line.bytes(), line.length());
  }

  private void hold(byte[] bytes, int length) throws IOException {
    if (out == null && written + length > MEMORY_MAX) {
      Path path = Files.createTempFile(folder, "rows", ".part");
      file = path;
      out = Files.newOutputStream(path);
    }
    written += length;
    if (out == null) {
      held.put(bytes, 0, length);
      return;
    }
    if (held.length() + length > MEMORY_MAX) {
      flush(out);
    }
    held.put(bytes, 0, length);
  }

  private void flush(OutputStream to) throws IOException {
    to.write(held.bytes(), 0, held.length());
    held.clear();
  }

  /// How many rows were added.
  public long count() {
    return count;
  }

  /// The hash of the rows, whatever their order.
  Multihash contentHash() {
    if (hashes == null) {
      throw new IllegalStateException("not hashed");
    }
    return hashes.hash();
  }

  /// All lines, as the input of a push; nothing is added behind it.
  ///
  /// @param name what messages call it, null for nothing
  public PushInput input(@Nullable String name) throws IOException {
    OutputStream to = out;
    Path path = file;
    if (to != null && path != null) {
      flush(to);
      to.close();
      return new PushInput(name, written, true, new Spooled(path));
    }
    int length = held.length();
    return new PushInput(
        name, length, true, () -> new ByteArrayInputStream(held.bytes(), 0, length));
  }

  private record Spooled(Path file) implements PushInput.Opener {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public DiskFile openFile() throws IOException {
      return new LocalDisk().openForRead(file);
    }
  }

  @Override
  public void close() throws IOException {
    OutputStream to = out;
    Path path = file;
    if (to != null && path != null) {
      to.close();
      Files.deleteIfExists(path);
    }
  }

  /// Hashes of single rows.
  private static final class RowHashes {
    private static final int BYTES = 32;

    private final MessageDigest digest = Multihash.newSha3();
    private byte[] all = new byte[16 * BYTES];
    private int count;

    void add(byte[] row, int length) {
      digest.update(row, 0, length);
      if (all.length < (count + 1) * BYTES) {
        all = Arrays.copyOf(all, Math.multiplyExact(2, all.length));
      }
      System.arraycopy(digest.digest(), 0, all, count++ * BYTES, BYTES);
    }

    Multihash hash() {
      byte[][] sorted = new byte[count][];
      for (int i = 0; i < count; i++) {
        sorted[i] = Arrays.copyOfRange(all, i * BYTES, (i + 1) * BYTES);
      }
      Arrays.sort(sorted, Arrays::compare);
      for (byte[] row : sorted) {
        digest.update(row);
      }
      return Multihash.of(Multihash.SHA3_256, digest.digest());
    }
  }
}
