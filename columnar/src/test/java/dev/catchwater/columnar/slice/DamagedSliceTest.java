package dev.catchwater.columnar.slice;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Damaged files end in an error of ours, or are read (a flipped bit of a value cannot be seen
/// without the hashes); never in another exception, endless work or wild memory use.
class DamagedSliceTest {
  private static List<byte[]> files() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (Path folder : List.of(Golden.folder(), Path.of("src/test/resources").toAbsolutePath())) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
          boolean slice =
              file.toString().contains("/data/") || file.toString().endsWith(".parquet");
          if (slice) {
            files.add(Files.readAllBytes(file));
          }
        }
      }
    }
    for (Codec codec : Codec.values()) {
      SplittableRandom random = new SplittableRandom(codec.number());
      MemoryFile file = new MemoryFile();
      SliceRoundTripTest.write(
          file,
          RandomRows.everyType(),
          new SliceOptions(codec, false, 0),
          SliceRoundTripTest.batches(random, RandomRows.everyType(), 400));
      files.add(file.toBytes());
    }
    return files;
  }

  private static void readAll(byte[] bytes) throws IOException {
    try (SliceReader reader = SliceReader.open(new MemoryFile(bytes))) {
      SliceRows rows = reader.read(0, Long.MAX_VALUE, null);
      boolean hashed = LogicalHasher.isCheckable(reader.schema());
      LogicalHasher hasher = new LogicalHasher(hashed ? reader.schema() : DataSchema.of(List.of()));
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        if (hashed) {
          hasher.update(batch);
        }
      }
      reader.read(reader.rowCount() - 1, 1, null).next();
    }
  }

  @Seeded(iterations = 3)
  void flippedBytesNeverEndInAnotherError(RandomGenerator random) throws IOException {
    int refused = 0;
    for (byte[] file : files()) {
      for (int round = 0; round < 60; round++) {
        byte[] damaged = file.clone();
        // Half of the damage goes to the footer, which is what leads to everything.
        int footer = Math.min(damaged.length, 4_000);
        for (int i = random.nextInt(3); i >= 0; i--) {
          int at =
              random.nextBoolean()
                  ? random.nextInt(damaged.length)
                  : damaged.length - 1 - random.nextInt(footer);
          damaged[at] =
              (byte)
                  (random.nextBoolean() ? random.nextInt() : damaged[at] ^ 1 << random.nextInt(8));
        }
        try {
          readAll(damaged);
        } catch (CatchwaterException e) {
          assertThat(e.code()).isIn(ErrorCode.CORRUPT, ErrorCode.BAD_PARQUET);
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Seeded(iterations = 1)
  void cutFilesAreRefused(RandomGenerator random) throws IOException {
    for (byte[] file : files()) {
      for (int round = 0; round < 20; round++) {
        byte[] cut = Arrays.copyOf(file, random.nextInt(file.length));
        assertThatThrownBy(() -> readAll(cut)).isInstanceOf(CatchwaterException.class);
      }
    }
  }

  @Test
  void aFileThatChangesWhileItIsWrittenIsNotAccepted() throws IOException {
    DataSchema schema = DataSchema.of(List.of(DataField.of("offset", Scalar.INT64)));
    RandomRows rows = new RandomRows(new SplittableRandom(1));
    RecordBatch batch = rows.batch(schema, List.of(new RandomRows.Spread(1, 0)), 100, 0);
    MemoryFile forgetful =
        new MemoryFile() {
          @Override
          public synchronized void write(byte[] from, int offset, int length, long position) {
            byte[] changed = Arrays.copyOfRange(from, offset, offset + length);
            if (length > 60) {
              changed[60] ^= 4;
            }
            super.write(changed, 0, length, position);
          }
        };
    assertThatThrownBy(() ->
            SliceRoundTripTest.write(forgetful, schema, SliceOptions.defaults(), List.of(batch)))
        .isInstanceOf(CatchwaterException.class)
        .extracting("code")
        .isEqualTo(ErrorCode.CORRUPT);
  }

  @Test
  void anEmptyAndAForeignFileAreNoParquet() {
    for (byte[] file :
        new byte[][] {{}, "PAR1".getBytes(US_ASCII), "not parquet at all".getBytes(US_ASCII)}) {
      assertThatThrownBy(() -> readAll(file))
          .isInstanceOf(CatchwaterException.class)
          .extracting("code")
          .isEqualTo(ErrorCode.BAD_PARQUET);
    }
  }
}
