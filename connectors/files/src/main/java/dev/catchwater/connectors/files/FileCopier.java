package dev.catchwater.connectors.files;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.storage.DiskFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Copies files that lie elsewhere, with their hash while they come. A copy that is cut goes on
/// where it was; a file that changes meanwhile is copied anew. Thread-safe.
public final class FileCopier {
  /// How often nothing may come in a row before a copy that began is given up.
  private static final int FAILURES_MAX = 5;

  /// The same of one that did not begin: who mistyped an address is not to wait for it.
  private static final int FAILURES_AT_FIRST_MAX = 2;

  /// How often a file may change while it is copied.
  private static final int RESTARTS_MAX = 3;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Disk disk;
  private final long bytesMax;
  private final Duration firstPause;

  /// @param bytesMax how large a file may be
  /// @param firstPause before the first attempt after a failure; twice as long each time
  public FileCopier(Disk disk, long bytesMax, Duration firstPause) {
    this.disk = disk;
    this.bytesMax = bytesMax;
    this.firstPause = firstPause;
  }

  /// One that pauses a fifth of a second at first.
  public static FileCopier of(Disk disk, long bytesMax) {
    return new FileCopier(disk, bytesMax, Duration.ofMillis(200));
  }

  /// Copies a file to a new one of this machine, which the caller deletes; empty where it is still
  /// the version that is known. Not forced: what is made of it is.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`, `REMOTE_UNAVAILABLE`, `TARGET_NOT_ALLOWED`,
  ///   `LIMIT_EXCEEDED`, `DISK_FULL`, with the address as its place
  public Optional<CopiedFile> copy(RemoteFile file, Path into, @Nullable FileVersion known) {
    DiskFile out = null;
    try {
      out = disk.create(into);
    } catch (IOException e) {
      throw DiskFailure.of(into, e);
    }
    try (DiskFile open = out) {
      return new Copy(file, into, open).run(known);
    } catch (IOException e) {
      throw DiskFailure.of(into, e);
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(Place.of(file.address())) : e;
    }
  }

  /// One copy on its way.
  private final class Copy {
    private final RemoteFile file;
    private final Path into;
    private final DiskFile out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private MessageDigest hash = sha256();
    private @Nullable FileVersion version;
    private long done;
    private int failures;
    private int restarts;
    private long pause = firstPause.toNanos();

    Copy(RemoteFile file, Path into, DiskFile out) {
      this.file = file;
      this.into = into;
      this.out = out;
    }

    Optional<CopiedFile> run(@Nullable FileVersion known) {
      while (true) {
        try {
          OpenedFile opened;
          if (version == null) {
            Optional<OpenedFile> first = file.open(known);
            if (first.isEmpty()) {
              return Optional.empty();
            }
            opened = first.get();
          } else {
            opened = file.resume(done, version);
          }
          try (opened) {
            begin(opened);
            return Optional.of(toEnd(opened));
          }
        } catch (IOException e) {
          failed(e, reason(e));
        } catch (CatchwaterException e) {
          if (e.code() != ErrorCode.REMOTE_UNAVAILABLE) {
            throw e;
          }
          failed(e, e.plainMessage());
        }
      }
    }

    private void begin(OpenedFile opened) {
      if (version != null && opened.from() == 0 && done > 0 && ++restarts > RESTARTS_MAX) {
        throw CatchwaterException.of(
                ErrorCode.REMOTE_UNAVAILABLE, "The file cannot be copied in one piece")
            .withHint("it changes, or its server cannot go on where a copy was cut");
      }
      version = opened.version();
      if (version.length() > bytesMax) {
        throw tooLarge();
      }
      if (opened.from() != done) {
        hash = sha256();
        done = 0;
        try {
          out.truncate(0);
        } catch (IOException e) {
          throw DiskFailure.of(into, e);
        }
      }
    }

    private CopiedFile toEnd(OpenedFile opened) throws IOException {
      int count = opened.body().read(buffer);
      for (; count >= 0; count = opened.body().read(buffer)) {
        try {
          out.write(buffer, 0, count, done);
        } catch (IOException e) {
          throw DiskFailure.of(into, e); // not the remote's fault, not tried again
        }
        hash.update(buffer, 0, count);
        done += count;
        failures = 0;
        pause = firstPause.toNanos();
        if (done > bytesMax) {
          throw tooLarge();
        }
      }
      FileVersion copied = opened.version();
      if (copied.length() >= 0 && done != copied.length()) {
        throw new IOException("it ended after " + done + " of " + copied.length() + " bytes");
      }
      String digest = HexFormat.of().formatHex(hash.digest());
      return new CopiedFile(file.address(), into, done, digest, copied);
    }

    private void failed(Exception cause, String reason) {
      if (++failures > (version == null ? FAILURES_AT_FIRST_MAX : FAILURES_MAX)) {
        throw CatchwaterException.of(
                ErrorCode.REMOTE_UNAVAILABLE,
                done == 0
                    ? "The file cannot be had: " + reason
                    : "The file was cut after " + done + " bytes: " + reason)
            .withHint("nothing was changed; try again when its server is back")
            .withCause(cause);
      }
      LockSupport.parkNanos(pause);
      pause *= 2;
    }

    private CatchwaterException tooLarge() {
      return CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED, "The file has more than " + bytesMax + " bytes")
          .withHint("connectors.file-size-max is the limit");
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
