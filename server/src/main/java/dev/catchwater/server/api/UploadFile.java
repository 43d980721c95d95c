package dev.catchwater.server.api;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of an uploaded file so far: pieces one behind the other, each a file of its own that
/// was synced before it got its name. So whatever [#received()] counts is there after a kill or a
/// power cut, and a piece that was being written then is not counted. Thread-safe; one client
/// writes at a time, the latest.
final class UploadFile implements PushInput.Opener {
  static final int PIECE_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final String UNFINISHED = ".part";

  private final Disk disk;
  private final Path folder;
  private final String id;
  private final long length;
  private final List<Piece> pieces = new ArrayList<>();
  private @Nullable Turn current;

  /// Bytes of the file.
  private record Piece(Path path, long start, long size) {
    long end() {
      return start + size;
    }
  }

  /// What one client sends; guarded by the file.
  private static final class Turn {
    private @Nullable DiskFile file;
    private long size;
  }

  private UploadFile(Disk disk, Path folder, String id, long length) {
    this.disk = disk;
    this.folder = folder;
    this.id = id;
    this.length = length;
  }

  /// What lies there of a file.
  ///
  /// @param id the first part of the names of its pieces
  /// @param length what was declared
  static UploadFile open(Disk disk, Path folder, String id, long length) throws IOException {
    UploadFile file = new UploadFile(disk, folder, id, length);
    for (String name : disk.list(folder)) {
      if (!name.startsWith(id + "-")) {
        continue;
      }
      if (name.endsWith(UNFINISHED)) {
        disk.delete(folder.resolve(name));
        continue;
      }
      int dash = name.lastIndexOf('-');
      long start = Long.parseLong(name, id.length() + 1, dash, 10);
      long size = Long.parseLong(name, dash + 1, name.length(), 10);
      file.pieces.add(new Piece(folder.resolve(name), start, size));
    }
    file.pieces.sort(Comparator.comparingLong(Piece::start));
    return file;
  }

  /// How many bytes are there for good. Whoever still sends is cut off: the number holds until
  /// somebody goes on from it.
  synchronized long received() throws IOException {
    endTurn();
    return size();
  }

  private long size() {
    return pieces.isEmpty() ? 0 : pieces.getLast().end();
  }

  /// Whether all of it is there.
  synchronized boolean isComplete() {
    return size() == length;
  }

  /// Whether nothing came yet.
  synchronized boolean isEmpty() {
    return pieces.isEmpty() && current == null;
  }

  /// Takes more bytes, to their end or to where they are cut off.
  ///
  /// @param from must be what was received so far
  /// @return how many are there now, for good
  /// @throws Refusal 409 with the offset to go on from, 413 where there are more than was declared
  long append(InputStream in, long from) throws IOException {
    Turn turn = begin(from);
    try {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        write(turn, buffer, count);
      }
    } finally {
      end(turn);
    }
    synchronized (this) {
      return size();
    }
  }

  private synchronized Turn begin(long from) throws IOException {
    endTurn();
    if (from != size()) {
      throw Refusal.of(
              409,
              "upload-offset",
              "The upload has " + size() + " bytes, what comes begins at " + from)
          .withHeader("Upload-Offset", Long.toString(size()))
          .closing();
    }
    Turn turn = new Turn();
    current = turn;
    return turn;
  }

  private synchronized void write(Turn turn, byte[] bytes, int count) throws IOException {
    if (turn != current) {
      throw Refusal.of(409, "upload-taken-over", "Another request goes on with this upload")
          .closing();
    }
    int done = 0;
    while (done < count) {
      if (size() + turn.size == length) {
        throw Refusal.of(
                413, "body-too-large", "The file is longer than " + length + " bytes, as declared")
            .closing();
      }
      DiskFile file = turn.file;
      if (file == null) {
        file = disk.create(folder.resolve(id + "-" + size() + UNFINISHED));
        turn.file = file;
      }
      long room = Math.min(PIECE_BYTES - turn.size, length - size() - turn.size);
      int part = (int) Math.min(count - done, room);
      file.write(bytes, done, part, turn.size);
      turn.size += part;
      done += part;
      if (turn.size == PIECE_BYTES) {
        finishPiece(turn);
      }
    }
  }

  private synchronized void end(Turn turn) throws IOException {
    if (turn == current) {
      endTurn();
    }
  }

  private void endTurn() throws IOException {
    Turn turn = current;
    current = null;
    if (turn != null && turn.file != null) {
      finishPiece(turn);
    }
  }

  private void finishPiece(Turn turn) throws IOException {
    DiskFile file = turn.file;
    if (file == null) {
      return;
    }
    turn.file = null;
    Path written = folder.resolve(id + "-" + size() + UNFINISHED);
    try (file) {
      file.force();
    } catch (IOException e) {
      disk.delete(written);
      throw e;
    }
    Piece piece = new Piece(folder.resolve(id + "-" + size() + "-" + turn.size), size(), turn.size);
    disk.rename(written, piece.path());
    disk.syncDirectory(folder);
    turn.size = 0;
    pieces.add(piece);
  }

  /// Takes the whole file anew, in kamu's words where it has another length than was declared.
  ///
  /// @param max where to stop counting
  void replace(InputStream in, long max) throws IOException {
    delete();
    Turn turn = begin(0);
    long total = 0;
    boolean isWhole = false;
    try {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        long room = Math.max(0, length - total);
        total += count;
        if (total > max) {
          throw Refusal.of(400, "body-too-large", "Content too large").closing();
        }
        if (room > 0) {
          write(turn, buffer, (int) Math.min(count, room));
        }
      }
      isWhole = true;
    } finally {
      end(turn);
    }
    if (isWhole && total != length) {
      delete();
      throw Refusal.of(
          400,
          "length-mismatch",
          "Actual content length "
              + total
              + " does not match the initially declared length "
              + length);
    }
  }

  /// Forgets what came.
  synchronized void delete() throws IOException {
    endTurn();
    for (Piece piece : pieces) {
      disk.delete(piece.path());
    }
    pieces.clear();
  }

  @Override
  public InputStream open() throws IOException {
    return new Bytes(openFile());
  }

  @Override
  public synchronized DiskFile openFile() {
    return new Pieces(disk, List.copyOf(pieces), length);
  }

  /// The pieces as one file to read; one of them is open at a time. Used by one thread.
  private static final class Pieces implements DiskFile {
    private final Disk disk;
    private final List<Piece> pieces;
    private final long length;
    private @Nullable DiskFile open;
    private int openIndex = -1;

    Pieces(Disk disk, List<Piece> pieces, long length) {
      this.disk = disk;
      this.pieces = pieces;
      this.length = length;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int count, long position)
        throws IOException {
      for (int i = 0; i < pieces.size() && position < length; i++) {
        Piece piece = pieces.get(i);
        if (position < piece.end()) {
          return file(i).read(into, offset, count, position - piece.start());
        }
      }
      return -1;
    }

    private DiskFile file(int index) throws IOException {
      DiskFile file = open;
      if (file == null || index != openIndex) {
        close();
        file = disk.openForRead(pieces.get(index).path());
        open = file;
        openIndex = index;
      }
      return file;
    }

    @Override
    public void write(byte[] from, int offset, int count, long position) {
      throw new UnsupportedOperationException("an upload that is read");
    }

    @Override
    public void truncate(long size) {
      throw new UnsupportedOperationException("an upload that is read");
    }

    @Override
    public void force() {}

    @Override
    public long size() {
      return length;
    }

    @Override
    public synchronized void close() throws IOException {
      DiskFile file = open;
      open = null;
      if (file != null) {
        file.close();
      }
    }
  }

  /// A file from its beginning to its end.
  private static final class Bytes extends InputStream {
    private final DiskFile file;
    private long position;

    Bytes(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int read = count == 0 ? 0 : file.read(into, offset, count, position);
      position += Math.max(0, read);
      return read;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
