package dev.catchwater.ingest.read.shape;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// The entries of a zip file, by its central directory. Nothing is unpacked to disk, and no name is
/// used as a path; names that could be are refused all the same. Used by one thread.
public final class ZipArchive {
  private static final int ENTRIES_MAX = 10_000;
  private static final int DIRECTORY_MAX = 8 << 20;
  private static final int END_SIZE = 22;
  private static final int COMMENT_MAX = 0xffff;
  private static final int END_MAGIC = 0x06054b50;
  private static final int ENTRY_MAGIC = 0x02014b50;
  private static final int LOCAL_MAGIC = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int ENTRY_SIZE = 46;
  private static final int LINK = 0xa000;
  private static final int KIND_OF_FILE = 0xf000;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long UNSIGNED = 0xffff_ffffL;

  /// What one entry may unpack to beyond which the ratio counts, and the ratio of a bomb.
  private static final long BOMB_BYTES_MIN = 64 << 20;

  private static final long BOMB_RATIO = 200;

  /// A file of the archive.
  ///
  /// @param packedSize bytes in the archive
  /// @param size bytes once unpacked
  public record Entry(String name, int method, long packedSize, long size, long crc, long at) {

    /// The name behind the last slash.
    public String baseName() {
      return name.substring(name.lastIndexOf('/') + 1);
    }
  }

  private final DiskFile file;
  private final List<Entry> entries = new ArrayList<>();

  private ZipArchive(DiskFile file) {
    this.file = file;
  }

  /// Reads the directory; the file stays the caller's.
  ///
  /// @throws CatchwaterException BAD_ENCODING for what is no zip file or a treacherous one,
  ///   LIMIT_EXCEEDED
  public static ZipArchive open(DiskFile file) throws IOException {
    ZipArchive archive = new ZipArchive(file);
    archive.readDirectory();
    return archive;
  }

  /// The files, in the order of the directory; no folders.
  public List<Entry> entries() {
    return entries;
  }

  private void readDirectory() throws IOException {
    long size = file.size();
    int tail = (int) Math.min(size, END_SIZE + COMMENT_MAX);
    ByteBuffer end = read(size - tail, tail);
    int at = tail - END_SIZE;
    while (at >= 0 && end.getInt(at) != END_MAGIC) {
      at--;
    }
    if (at < 0) {
      throw bad("it has no directory at its end");
    }
    int count = end.getShort(at + 10) & 0xffff;
    long length = end.getInt(at + 12) & UNSIGNED;
    long start = end.getInt(at + 16) & UNSIGNED;
    if (count == 0xffff || start == UNSIGNED) {
      throw bad("archives of more than 4 GiB or 65,534 files are not read");
    }
    if (count > ENTRIES_MAX || length > DIRECTORY_MAX) {
      throw CatchwaterException.of(
          ErrorCode.LIMIT_EXCEEDED,
          "The archive has more than " + ENTRIES_MAX + " files (limit: archive)");
    }
    if (start > size - length) {
      throw bad("its directory lies outside the file");
    }
    byte[] directory = bytes(start, (int) length);
    ByteBuffer in = ByteBuffer.wrap(directory).order(ByteOrder.LITTLE_ENDIAN);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      readEntry(directory, in, names);
    }
  }

  private ByteBuffer read(long position, int length) throws IOException {
    return ByteBuffer.wrap(bytes(position, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.readFully(bytes, 0, length, position);
    return bytes;
  }

  private void readEntry(byte[] directory, ByteBuffer in, Set<String> names) {
    int at = in.position();
    if (in.remaining() < ENTRY_SIZE || in.getInt(at) != ENTRY_MAGIC) {
      throw bad("its directory is damaged");
    }
    int flags = in.getShort(at + 8);
    int nameLength = in.getShort(at + 28) & 0xffff;
    int behind = (in.getShort(at + 30) & 0xffff) + (in.getShort(at + 32) & 0xffff);
    if (in.remaining() < ENTRY_SIZE + nameLength + behind) {
      throw bad("its directory is damaged");
    }
    String name = new String(directory, at + ENTRY_SIZE, nameLength, StandardCharsets.UTF_8);
    boolean isLink = (in.getInt(at + 38) >>> 16 & KIND_OF_FILE) == LINK;
    in.position(at + ENTRY_SIZE + nameLength + behind);
    requireHarmless(name, isLink);
    if (!names.add(name)) {
      throw bad("the name \"" + name + "\" is there twice");
    }
    if (name.endsWith("/")) {
      return;
    }
    if ((flags & 1) != 0) {
      throw bad("\"" + name + "\" is encrypted");
    }
    entries.add(
        new Entry(
            name,
            in.getShort(at + 10),
            in.getInt(at + 20) & UNSIGNED,
            in.getInt(at + 24) & UNSIGNED,
            in.getInt(at + 16) & UNSIGNED,
            in.getInt(at + 42) & UNSIGNED));
  }

  private static void requireHarmless(String name, boolean isLink) {
    boolean isPath =
        name.startsWith("/")
            || name.indexOf('\\') >= 0
            || name.indexOf('\0') >= 0
            || name.indexOf(':') >= 0
            || ("/" + name + "/").contains("/../");
    if (isPath || isLink || name.isEmpty()) {
      throw bad("the name \"" + name + "\" leads out of the archive" + (isLink ? " (a link)" : ""));
    }
  }

  /// The bytes of an entry, checked against its size and sum as they are read.
  ///
  /// @throws CatchwaterException BAD_ENCODING, LIMIT_EXCEEDED
  public InputStream open(Entry entry) throws IOException {
    if (entry.size > BOMB_BYTES_MIN && entry.size / BOMB_RATIO > entry.packedSize) {
      throw CatchwaterException.of(
          ErrorCode.LIMIT_EXCEEDED,
          "\""
              + entry.name
              + "\" of the archive unpacks to more than "
              + BOMB_RATIO
              + " times its size (limit: compression ratio)");
    }
    if (entry.at > file.size() - LOCAL_SIZE) {
      throw bad("\"" + entry.name + "\" lies outside the file");
    }
    ByteBuffer local = read(entry.at, LOCAL_SIZE);
    long start =
        entry.at + LOCAL_SIZE + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (local.getInt(0) != LOCAL_MAGIC || start > file.size() - entry.packedSize) {
      throw bad("\"" + entry.name + "\" lies outside the file");
    }
    InputStream packed = new ZipPart(file, start, entry.packedSize);
    return switch (entry.method) {
      case STORED -> new CheckedPart(packed, entry);
      case DEFLATED -> new CheckedPart(new Inflating(packed), entry);
      default -> throw bad("\"" + entry.name + "\" is packed by method " + entry.method);
    };
  }

  /// Gives the native memory of its inflater back.
  private static final class Inflating extends InflaterInputStream {
    Inflating(InputStream packed) {
      super(packed, new Inflater(true), 1 << 15);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }

  static CatchwaterException bad(String why) {
    return CatchwaterException.of(ErrorCode.BAD_ENCODING, "Bad archive: " + why);
  }
}
