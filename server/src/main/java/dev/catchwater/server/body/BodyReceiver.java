package dev.catchwater.server.body;

import com.github.luben.zstd.ZstdInputStream;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Takes bodies in. Whatever is wrong with one is known when [#receive] returns: its length, its
/// packing, whether it came to its end. A push never waits for a client while it holds anything.
/// Thread-safe.
public final class BodyReceiver {
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int WHOLE_BYTES_MAX = 128 << 10;
  private static final int RATIO_FROM_BYTES = 1 << 20;

  private final BodyLimits limits;
  private final Path folder;
  private final BodyMemory memory = BodyMemory.ofThisProcess();

  /// A receiver that puts large bodies into a folder of its own.
  public BodyReceiver(BodyLimits limits, Path folder) {
    this.limits = limits;
    this.folder = folder;
  }

  /// The body of a request that may be as long as it likes, in any time, but not dawdle.
  public InputStream paced(Call call) {
    return new PacedInput(call.body(), limits.withTime(Duration.ofDays(1)));
  }

  /// A message that comes in by pieces.
  ///
  /// @param nanos of the clock that never jumps, now
  public IncomingMessage message(int bytesMax, long nanos) {
    return new IncomingMessage(memory, limits, bytesMax, nanos);
  }

  /// How a body is packed.
  public enum Packing {
    NONE,
    GZIP,
    ZSTD;

    /// The packing that `Content-Encoding` names, null for none that we know.
    public static @Nullable Packing find(String name) {
      return switch (name.strip().toLowerCase(Locale.ROOT)) {
        case "identity", "" -> NONE;
        case "gzip" -> GZIP;
        case "zstd" -> ZSTD;
        default -> null;
      };
    }
  }

  /// A body that is there already, unpacked within the limits.
  ///
  /// @throws Refusal 413, or 400 where it is not packed as said
  public ReceivedBody unpacked(byte[] bytes, Packing packing) throws IOException {
    if (packing == Packing.NONE) {
      refuseInnerPacking(bytes);
      return new ReceivedBody(Multihash.sha3(bytes), bytes.length, bytes, null, bytes.length);
    }
    Packed packed = new Packed(new ByteArrayInputStream(bytes), limits);
    return receive(packed, packing, bytes.length, limits.memoryBytesMax());
  }

  /// Refuses a body by its head, before any of it is read.
  public void check(Call call) {
    packing(call);
    if (call.bodyLength() > limits.packedBytesMax()) {
      throw tooLarge();
    }
  }

  /// Takes the body of a request in.
  ///
  /// @throws Refusal 408, 413, 415, or 400 where it is not what its head says
  public ReceivedBody receive(Call call) throws IOException {
    check(call);
    Packing packing = packing(call);
    boolean isPlain = packing == Packing.NONE && call.bodyLength() >= 0;
    long wanted =
        isPlain ? Math.min(call.bodyLength(), limits.memoryBytesMax()) : limits.memoryBytesMax();
    // A buffer for each is there anyhow; more is asked for before it is taken.
    boolean isTaken = wanted > BUFFER_BYTES && memory.take(wanted);
    long taken = isTaken ? wanted : 0;
    boolean done = false;
    try {
      int most = isTaken || wanted <= BUFFER_BYTES ? limits.memoryBytesMax() : BUFFER_BYTES;
      ReceivedBody body = receive(call, packing, most);
      body.whenClosed(() -> memory.give(taken));
      done = true;
      return body;
    } finally {
      if (!done) {
        memory.give(taken);
      }
    }
  }

  /// @param memoryMax up to where the body is kept in memory
  private ReceivedBody receive(Call call, Packing packing, int memoryMax) throws IOException {
    return receive(new Packed(call.body(), limits), packing, call.bodyLength(), memoryMax);
  }

  private ReceivedBody receive(Packed packed, Packing packing, long length, int memoryMax)
      throws IOException {
    if (packing == Packing.NONE && length >= 0 && length <= memoryMax) {
      byte[] bytes = exactly(packed, (int) length);
      refuseInnerPacking(bytes);
      return new ReceivedBody(packed.hash(), length, bytes, null, length);
    }
    Kept kept = new Kept(memoryMax, folder);
    boolean done = false;
    try {
      if (packing == Packing.NONE || length == 0) {
        copy(packed, packed, kept, Long.MAX_VALUE);
      } else {
        try (InputStream unpacked = unpacked(packed, packing)) {
          copy(unpacked, packed, kept, limits.unpackedBytesMax());
        }
        packed.requireEnd();
      }
      ReceivedBody body = kept.finish(packed);
      refuseInnerPacking(kept.first());
      done = true;
      return body;
    } finally {
      if (!done) {
        kept.discard();
      }
    }
  }

  /// A body of a known length, in memory that grows with what came: a large length that is only
  /// announced takes none.
  private static byte[] exactly(Packed packed, int length) throws IOException {
    byte[] bytes = new byte[length <= WHOLE_BYTES_MAX ? length : BUFFER_BYTES];
    int count = 0;
    while (count < length) {
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(length, 4 * count));
      }
      int got = packed.read(bytes, count, bytes.length - count);
      if (got < 0) {
        throw PacedInput.failure(new EOFException());
      }
      count += got;
    }
    return bytes;
  }

  private static Packing packing(Call call) {
    String header = call.header("Content-Encoding");
    Packing packing = Packing.find(header == null ? "" : header);
    if (packing == null) {
      throw Refusal.of(
              415,
              "unsupported-encoding",
              "The Content-Encoding of a body is gzip, zstd or identity, one of them")
          .withHeader("Accept-Encoding", "gzip, zstd");
    }
    return packing;
  }

  private static InputStream unpacked(Packed packed, Packing packing) throws IOException {
    try {
      return packing == Packing.GZIP
          ? new GZIPInputStream(packed, BUFFER_BYTES)
          : new ZstdInputStream(packed);
    } catch (ZipException | EOFException e) {
      throw badEncoding(e);
    }
  }

  private void copy(InputStream from, Packed packed, Kept kept, long max) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    while (true) {
      int count;
      try {
        count = from.read(buffer);
      } catch (IOException e) {
        if (from == packed || packed.hasFailed()) {
          throw e;
        }
        throw badEncoding(e);
      }
      if (count < 0) {
        return;
      }
      size += count;
      boolean isBomb =
          size > RATIO_FROM_BYTES && size > (double) packed.count() * limits.ratioMax();
      if (size > max || isBomb) {
        throw Refusal.of(
                413,
                "inflated-too-large",
                "The body unpacks to more than "
                    + limits.unpackedBytesMax()
                    + " bytes, or to more than "
                    + limits.ratioMax()
                    + " times its size")
            .closing();
      }
      kept.write(buffer, count);
    }
  }

  // What is packed once more would be unpacked by the readers, outside of the limits.
  private static void refuseInnerPacking(byte[] first) {
    boolean isGzip = first.length > 1 && first[0] == 0x1F && first[1] == (byte) 0x8B;
    boolean isZstd =
        first.length > 3
            && first[0] == 0x28
            && first[1] == (byte) 0xB5
            && first[2] == 0x2F
            && first[3] == (byte) 0xFD;
    if (isGzip || isZstd) {
      throw Refusal.of(
          400,
          "bad-encoding",
          "The body begins with "
              + (isGzip ? "gzip" : "zstd")
              + " magic, and its head does not say so (add Content-Encoding: "
              + (isGzip ? "gzip" : "zstd")
              + "; one layer is unpacked)");
    }
  }

  private static Refusal badEncoding(IOException cause) {
    return Refusal.of(
            400,
            "bad-encoding",
            "The body is not packed as Content-Encoding says, or it is damaged or cut off")
        .withCause(cause);
  }

  private Refusal tooLarge() {
    return Refusal.of(
            413,
            "body-too-large",
            "The body is larger than "
                + limits.packedBytesMax()
                + " bytes (send it in several pushes, or packed)")
        .closing();
  }

  /// The bytes as they come: counted, hashed, within their limits of size.
  private static final class Packed extends InputStream {
    private final InputStream in;
    private final BodyLimits limits;
    private final MessageDigest digest = Multihash.newSha3();
    private long count;
    private boolean hasFailed;

    Packed(InputStream in, BodyLimits limits) {
      this.in = new PacedInput(in, limits);
      this.limits = limits;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read;
      try {
        read = in.read(into, offset, length);
      } catch (Refusal e) {
        hasFailed = true;
        throw e;
      }
      if (read > 0) {
        count += read;
        digest.update(into, offset, read);
      }
      if (count > limits.packedBytesMax()) {
        throw Refusal.of(
                413,
                "body-too-large",
                "The body is larger than " + limits.packedBytesMax() + " bytes")
            .closing();
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }

    void requireEnd() throws IOException {
      if (read() >= 0) {
        throw badEncoding(new ZipException("bytes behind the packed data"));
      }
    }

    boolean hasFailed() {
      return hasFailed;
    }

    long count() {
      return count;
    }

    Multihash hash() {
      return Multihash.of(Multihash.SHA3_256, digest.digest());
    }
  }

  /// Where the unpacked bytes go.
  private static final class Kept {
    private final int memoryMax;
    private final Path folder;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private byte[] first = {};
    private @Nullable Path file;
    private @Nullable OutputStream spool;
    private long size;

    Kept(int memoryMax, Path folder) {
      this.memoryMax = memoryMax;
      this.folder = folder;
    }

    void write(byte[] bytes, int count) throws IOException {
      if (first.length < 4) {
        int more = Math.min(4 - first.length, count);
        byte[] longer = Arrays.copyOf(first, first.length + more);
        System.arraycopy(bytes, 0, longer, first.length, more);
        first = longer;
      }
      size += count;
      if (spool == null && size > memoryMax) {
        Path path = Files.createTempFile(folder, "body", ".part");
        file = path;
        OutputStream out = Files.newOutputStream(path);
        spool = out;
        memory.writeTo(out);
        memory.reset();
      }
      OutputStream out = spool;
      if (out == null) {
        memory.write(bytes, 0, count);
      } else {
        out.write(bytes, 0, count);
      }
    }

    byte[] first() {
      return first;
    }

    ReceivedBody finish(Packed packed) throws IOException {
      OutputStream out = spool;
      if (out != null) {
        out.close();
      }
      return new ReceivedBody(packed.hash(), packed.count(), memory.toByteArray(), file, size);
    }

    void discard() throws IOException {
      OutputStream out = spool;
      if (out != null) {
        out.close();
      }
      Path path = file;
      if (path != null) {
        Files.deleteIfExists(path);
      }
    }
  }
}
