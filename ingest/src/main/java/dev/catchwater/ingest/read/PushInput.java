package dev.catchwater.ingest.read;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The bytes of one push, as they came: packed or not, in whatever encoding.
///
/// @param name the file's name as the user gave it, for messages; null for standard input and
///   bodies
/// @param size in bytes, -1 where it is not known
/// @param isRepeatable whether [#open()] may be called again and gives the same bytes
public record PushInput(@Nullable String name, long size, boolean isRepeatable, Opener opener) {

  /// Opens the bytes from their beginning.
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;

    /// The same bytes to be read in any order, or null where there is no file of them.
    default @Nullable DiskFile openFile() throws IOException {
      return null;
    }
  }

  private record OfFile(Path path) implements Opener {
    @Override
    public InputStream open() throws IOException {
      return new FileInputStream(path.toFile());
    }

    @Override
    public DiskFile openFile() throws IOException {
      return new LocalDisk().openForRead(path);
    }
  }

  /// A local file, under the name it was given by.
  public static PushInput file(Path path) {
    return new PushInput(path.toString(), path.toFile().length(), true, new OfFile(path));
  }

  /// Bytes in memory.
  public static PushInput bytes(@Nullable String name, byte[] bytes) {
    return new PushInput(name, bytes.length, true, () -> new ByteArrayInputStream(bytes));
  }

  /// A stream that can be read once.
  public static PushInput stream(@Nullable String name, InputStream stream) {
    return new PushInput(name, -1, false, () -> stream);
  }

  /// The file of the bytes, or null where there is none; the caller closes.
  ///
  /// @throws CatchwaterException OBJECT_NOT_FOUND, STORAGE_FAILED
  @Nullable DiskFile openFile() {
    try {
      return opener.openFile();
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw failure(ErrorCode.OBJECT_NOT_FOUND, "The file cannot be opened", e);
    } catch (IOException e) {
      throw failure(ErrorCode.STORAGE_FAILED, "The input cannot be read", e);
    }
  }

  /// The bytes from their beginning; the caller closes.
  ///
  /// @throws CatchwaterException OBJECT_NOT_FOUND, STORAGE_FAILED
  public InputStream open() {
    try {
      return opener.open();
    } catch (FileNotFoundException e) {
      throw failure(ErrorCode.OBJECT_NOT_FOUND, "The file cannot be opened", e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /// What reading the bytes failed with.
  public CatchwaterException unreadable(IOException cause) {
    return failure(ErrorCode.STORAGE_FAILED, "The input cannot be read", cause);
  }

  CatchwaterException failure(ErrorCode code, String message, IOException cause) {
    String reason = cause.getMessage();
    CatchwaterException failure =
        CatchwaterException.of(code, reason == null ? message : message + ": " + reason)
            .withCause(cause);
    return name == null ? failure : failure.withPlace(Place.of(name));
  }
}
