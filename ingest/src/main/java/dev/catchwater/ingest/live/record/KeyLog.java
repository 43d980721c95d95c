package dev.catchwater.ingest.live.record;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The idempotency keys of a dataset, in the order they were used: a log in memory with an index
/// over it, and files that have parts of the same log.
///
/// Positions count the bytes of the log from its beginning, for ever. Memory holds chunks; when the
/// oldest is over the limits ([#expire]) it is dropped, and the files that lie before the rest too.
/// A file has the bytes from its name's position on; small files become one, so that there are few.
///
/// ```
/// entry: 0        16            48           56          60
///        ├─ key ──┼ fingerprint ┼ time (ms) ─┼ length n ─┼ report (n) ┤
/// file:  entries · crc32c                    name: 16 hexadecimal digits
/// ```
///
/// The key is the first half of a SHA3-256 of scope and key. Thread-safe; [#persist] and [#expire]
/// by one thread at a time.
final class KeyLog {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int ENTRY_BYTES = 60;
  private static final int GROWTH = 4;
  private static final int CRC_BYTES = 4;

  private final Disk disk;
  private final Path folder;
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  // Ranges of the log that are in files, oldest first.
  private final List<long[]> files = new ArrayList<>();
  private final KeyTable table = new KeyTable();
  private long end;

  private static final class Chunk {
    private final long start;
    private byte[] bytes;
    private int size;
    private int entries;
    private long lastMillis;

    Chunk(long start, int capacity) {
      this.start = start;
      bytes = new byte[capacity];
    }
  }

  private KeyLog(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  static KeyLog load(Disk disk, Path folder) throws IOException {
    KeyLog log = new KeyLog(disk, folder);
    for (String name : disk.list(folder)) {
      if (name.length() == 16 && isHex(name)) {
        log.take(Long.parseUnsignedLong(name, 16), folder.resolve(name));
      }
    }
    return log;
  }

  private static boolean isHex(String name) {
    for (int i = 0; i < name.length(); i++) {
      if ("0123456789abcdef".indexOf(name.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private void take(long start, Path file) throws IOException {
    if (start >= 0 && start < end) {
      disk.delete(file); // a larger one has it, whose smaller ones were not deleted any more
      return;
    }
    byte[] bytes = disk.readAll(file);
    try {
      int size = bytes.length - CRC_BYTES;
      if (ByteBuffer.wrap(bytes).getInt(size) != ProducerFile.checksum(bytes)) {
        throw new IllegalArgumentException("checksum");
      }
      if (start < 0 || start > Long.MAX_VALUE - size) {
        throw new IllegalArgumentException("position");
      }
      end = start;
      for (int at = 0; at < size; ) {
        int length = length(bytes, at, size);
        append(bytes, at, length);
        at += length;
      }
      files.add(new long[] {start, end});
    } catch (RuntimeException e) {
      throw ProducerFile.damaged(file, e);
    }
  }

  private static int length(byte[] bytes, int at, int size) {
    int left = size - at - ENTRY_BYTES;
    int report = left < 0 ? -1 : ByteBuffer.wrap(bytes).getInt(at + ENTRY_BYTES - 4);
    if (report < 0 || report > left) {
      throw new IllegalArgumentException("entry at " + at);
    }
    return ENTRY_BYTES + report;
  }

  /// Behind the last entry.
  synchronized long end() {
    return end;
  }

  /// The report of the push that had a key, or null.
  ///
  /// @throws CatchwaterException `IDEMPOTENCY_MISMATCH` if it was another push
  synchronized byte @Nullable [] find(String scopedKey, byte[] fingerprint) {
    byte[] key = hash(scopedKey);
    long position = table.find(high(key), low(key));
    if (position < 0) {
      return null;
    }
    ByteBuffer entry = entry(position);
    entry.position(16);
    byte[] found = new byte[PushRecord.HASH_BYTES];
    entry.get(found);
    if (!Arrays.equals(found, fingerprint)) {
      throw mismatch("This idempotency key");
    }
    return report(entry);
  }

  /// The report of the push that had a key, whatever it pushed; null where none had it.
  synchronized byte @Nullable [] find(String scopedKey) {
    byte[] key = hash(scopedKey);
    long position = table.find(high(key), low(key));
    return position < 0 ? null : report(entry(position));
  }

  private static byte[] report(ByteBuffer entry) {
    byte[] report = new byte[entry.getInt(ENTRY_BYTES - 4)];
    entry.position(ENTRY_BYTES);
    entry.get(report);
    return report;
  }

  static CatchwaterException mismatch(String what) {
    return CatchwaterException.of(
            ErrorCode.IDEMPOTENCY_MISMATCH,
            what + " was used for a push with other bytes or parameters")
        .withHint("a new push needs a key of its own");
  }

  /// Adds a key, unless it is there.
  synchronized void add(String scopedKey, byte[] fingerprint, Instant at, byte[] report) {
    byte[] key = hash(scopedKey);
    if (table.find(high(key), low(key)) >= 0) {
      return; // of a record that was replayed
    }
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES + report.length);
    entry.put(key, 0, 16).put(fingerprint).putLong(at.toEpochMilli());
    entry.putInt(report.length).put(report);
    append(entry.array(), 0, entry.capacity());
  }

  private void append(byte[] from, int offset, int length) {
    Chunk last = chunks.peekLast();
    if (last == null || last.size + length > CHUNK_BYTES || last.start + last.size != end) {
      last = new Chunk(end, Math.max(length, chunks.isEmpty() ? 4_096 : CHUNK_BYTES));
      chunks.add(last);
    }
    if (last.size + length > last.bytes.length) {
      last.bytes = Arrays.copyOf(last.bytes, Math.max(CHUNK_BYTES, last.size + length));
    }
    System.arraycopy(from, offset, last.bytes, last.size, length);
    ByteBuffer entry = ByteBuffer.wrap(from);
    table.put(entry.getLong(offset), entry.getLong(offset + 8), end);
    last.lastMillis = entry.getLong(offset + 48);
    last.entries++;
    last.size += length;
    end += length;
  }

  private ByteBuffer entry(long position) {
    Iterator<Chunk> newest = chunks.descendingIterator();
    while (newest.hasNext()) {
      Chunk chunk = newest.next();
      if (chunk.start <= position) {
        int at = (int) (position - chunk.start);
        return ByteBuffer.wrap(chunk.bytes, at, chunk.size - at).slice();
      }
    }
    throw new IllegalStateException("no entry at " + position);
  }

  /// Makes the log up to a position durable.
  void persist(long to) throws IOException {
    long from;
    byte[] bytes;
    synchronized (this) {
      long done = files.isEmpty() ? start() : files.getLast()[1];
      if (to <= done) {
        return;
      }
      from = done;
      int merged = files.size();
      while (merged > 0 && isSmall(merged - 1, from, to)) {
        from = files.get(--merged)[0];
      }
      bytes = bytes(from, to);
    }
    ProducerFile.replace(disk, file(from), bytes);
    List<long[]> replaced = new ArrayList<>();
    synchronized (this) {
      while (!files.isEmpty() && files.getLast()[0] >= from) {
        replaced.add(files.removeLast());
      }
      files.add(new long[] {from, to});
    }
    for (long[] range : replaced) {
      if (range[0] != from) {
        disk.delete(file(range[0]));
      }
    }
  }

  private long start() {
    Chunk first = chunks.peekFirst();
    return first == null ? end : first.start;
  }

  /// Whether a file ends where the range begins, is all in memory, and is not much larger.
  private boolean isSmall(int file, long from, long to) {
    long[] range = files.get(file);
    return range[1] == from && range[0] >= start() && range[1] - range[0] < GROWTH * (to - from);
  }

  private byte[] bytes(long from, long to) {
    byte[] bytes = new byte[Math.toIntExact(to - from) + CRC_BYTES];
    for (Chunk chunk : chunks) {
      long first = Math.max(from, chunk.start);
      long last = Math.min(to, chunk.start + chunk.size);
      if (first < last) {
        System.arraycopy(
            chunk.bytes,
            (int) (first - chunk.start),
            bytes,
            (int) (first - from),
            (int) (last - first));
      }
    }
    ByteBuffer.wrap(bytes).putInt(bytes.length - CRC_BYTES, ProducerFile.checksum(bytes));
    return bytes;
  }

  private Path file(long start) {
    String hex = Long.toHexString(start);
    return folder.resolve("0".repeat(16 - hex.length()) + hex);
  }

  /// Drops the oldest keys that are over the limits: more than so many, and either too old or over
  /// the budget.
  void expire(LiveSettings settings, Instant now) throws IOException {
    List<Path> gone = new ArrayList<>();
    synchronized (this) {
      long oldest = now.minus(settings.keyAge()).toEpochMilli();
      while (chunks.size() > 1) {
        Chunk first = chunks.getFirst();
        boolean isOver = first.lastMillis < oldest || end - start() > settings.keyBytesMax();
        if (!isOver || table.size() - first.entries < settings.keysMax()) {
          break;
        }
        drop(chunks.removeFirst());
      }
      while (!files.isEmpty() && files.getFirst()[1] <= start()) {
        gone.add(file(files.removeFirst()[0]));
      }
    }
    for (Path file : gone) {
      disk.delete(file);
    }
  }

  /// Forgets a key and all that came after it, durably.
  ///
  /// @param isGone told the report of each, oldest first, up to the first one that is
  void forgetFrom(Predicate<byte[]> isGone) throws IOException {
    List<long[]> before = List.copyOf(files);
    List<byte[]> kept = new ArrayList<>();
    boolean isCut = false;
    for (Chunk chunk : chunks) {
      ByteBuffer bytes = ByteBuffer.wrap(chunk.bytes, 0, chunk.size);
      for (int at = 0; at < chunk.size && !isCut; ) {
        int length = ENTRY_BYTES + bytes.getInt(at + ENTRY_BYTES - 4);
        byte[] entry = Arrays.copyOfRange(chunk.bytes, at, at + length);
        isCut = isGone.test(Arrays.copyOfRange(entry, ENTRY_BYTES, length));
        if (!isCut) {
          kept.add(entry);
        }
        at += length;
      }
    }
    if (!isCut) {
      return;
    }
    for (Chunk chunk : chunks) {
      drop(chunk);
    }
    chunks.clear();
    files.clear();
    // Behind the old ones: whatever a crash leaves, the same happens again.
    for (byte[] entry : kept) {
      append(entry, 0, entry.length);
    }
    persist(end);
    for (long[] range : before) {
      disk.delete(file(range[0]));
    }
    disk.syncDirectory(folder);
  }

  private void drop(Chunk chunk) {
    ByteBuffer bytes = ByteBuffer.wrap(chunk.bytes, 0, chunk.size);
    for (int at = 0; at < chunk.size; ) {
      table.remove(bytes.getLong(at), bytes.getLong(at + 8), chunk.start + at);
      at += ENTRY_BYTES + bytes.getInt(at + ENTRY_BYTES - 4);
    }
  }

  private static byte[] hash(String scopedKey) {
    return Multihash.newSha3().digest(scopedKey.getBytes(StandardCharsets.UTF_8));
  }

  private static long high(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  private static long low(byte[] key) {
    return ByteBuffer.wrap(key).getLong(8);
  }
}
