package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.ndJson;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.Scalar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Packed inputs.
class UnpackingTest {
  private static final byte[] TEXT = "{\"a\": 1}\n{\"a\": 2}\n".getBytes(StandardCharsets.UTF_8);

  private static Reading reading() {
    return ndJson(optional("a", Scalar.INT64));
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void B25_gzipAndZstdAreUnpacked() throws IOException {
    assertThat(reading().rows(gzip(TEXT))).containsExactly(row(1L), row(2L));
    assertThat(reading().rows(Zstd.compress(TEXT))).containsExactly(row(1L), row(2L));
    byte[] marked = joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, TEXT);
    assertThat(reading().rows(gzip(marked))).hasSize(2);
  }

  @Test
  void B25_theCountIsOfThePackedBytes() throws IOException {
    Reading reading = reading();
    byte[] packed = gzip(TEXT);
    reading.rows(packed);
    assertThat(reading.counts.bytesRead()).isEqualTo(packed.length);
    reading.rows(TEXT);
    assertThat(reading.counts.bytesRead()).isEqualTo(TEXT.length);
  }

  @Test
  void everyMemberAndFrameIsRead() throws IOException {
    byte[] zeros = new byte[100];
    byte[] members = joined(gzip(TEXT), gzip(new byte[0]), gzip(TEXT), zeros);
    assertThat(reading().rows(members)).hasSize(4);
    PushInput trickle = PushInput.stream(null, new Trickle(members, 1));
    assertThat(reading().rows(trickle)).hasSize(4);
    assertThat(reading().rows(joined(Zstd.compress(TEXT), Zstd.compress(TEXT)))).hasSize(4);
  }

  @Test
  void gzipHeadersWithAllTheirPartsAreSkipped() throws IOException {
    byte[] plain = gzip(TEXT);
    byte[] head = {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3};
    byte[] parts = {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 0, 1, 2};
    byte[] full = joined(head, parts, Arrays.copyOfRange(plain, 10, plain.length));
    assertThat(reading().rows(full)).hasSize(2);
  }

  @Test
  void damagedStreamsAreRefused() throws IOException {
    byte[] gzip = gzip(TEXT);
    byte[] zstd = Zstd.compress(TEXT);
    for (int length = 3; length < gzip.length; length++) {
      refused(Arrays.copyOf(gzip, length));
    }
    refused(Arrays.copyOf(zstd, zstd.length - 1));
    refused(joined(gzip, new byte[] {'x'}));
    refused(joined(gzip, TEXT));
    byte[] wrongCheck = gzip.clone();
    wrongCheck[gzip.length - 5] ^= 1;
    refused(wrongCheck);
    byte[] wrongLength = gzip.clone();
    wrongLength[gzip.length - 1] ^= 1;
    refused(wrongLength);
    byte[] wrongZstd = zstd.clone();
    wrongZstd[5] ^= 0x7F;
    wrongZstd[6] ^= 0x7F;
    refused(wrongZstd);
  }

  private static void refused(byte[] bytes) {
    CatchwaterException failure = reading().failure(bytes);
    assertThat(failure).as("%d bytes", bytes.length).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.BAD_ENCODING);
    assertThat(failure).hasMessageStartingWith("data.json: The compressed data is damaged");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    CatchwaterException failure =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            CatchwaterException.class,
            () -> reading().rows(PushInput.file(Path.of("/no/such/file.json"))));
    assertThat(failure.code()).isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
    assertThat(failure).hasMessageContaining("/no/such/file.json");
  }

  @Test
  void anInputThatFailsIsNoBadData() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the cable is out");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("the cable is out");
          }
        };
    CatchwaterException failure =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            CatchwaterException.class, () -> reading().rows(PushInput.stream("x.json", broken)));
    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(failure).hasMessage("x.json: The input cannot be read: the cable is out");
  }

  /// Gives its bytes a few at a time.
  static final class Trickle extends InputStream {
    private final InputStream bytes;
    private final int most;

    Trickle(byte[] bytes, int most) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return bytes.read(into, offset, Math.min(length, most));
    }
  }
}
