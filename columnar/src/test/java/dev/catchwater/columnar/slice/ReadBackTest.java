package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What reading back finds on a disk that does not keep what it was given.
class ReadBackTest {
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("number", Scalar.INT64),
              DataField.of("real", Scalar.FLOAT64.optional()),
              DataField.of("text", Scalar.STRING.optional())));

  /// Flips one bit of what is written.
  private static final class FlippingFile extends MemoryFile {
    private final long position;
    private final int bit;

    FlippingFile(long position, int bit) {
      this.position = position;
      this.bit = bit;
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length, long at) {
      byte[] kept = Arrays.copyOfRange(from, offset, offset + length);
      if (position >= at && position < at + length) {
        kept[(int) (position - at)] ^= (byte) (1 << bit);
      }
      super.write(kept, 0, length, at);
    }
  }

  @Seeded(iterations = 6)
  void whatPassesReadsAsWhatWasWritten(RandomGenerator random) throws IOException {
    List<Codec> codecs = List.of(Codec.values());
    Codec codec = codecs.get(random.nextInt(codecs.size()));
    SliceOptions options = new SliceOptions(codec, true, 0);
    long seed = random.nextLong();
    MemoryFile whole = new MemoryFile();
    Multihash hash = write(whole, options, seed);
    int size = whole.toBytes().length;
    int refused = 0;
    for (int position = 0; position < size; position += 1 + random.nextInt(5)) {
      FlippingFile file = new FlippingFile(position, random.nextInt(8));
      try {
        write(file, options, seed);
        // Statistics and indexes are not values.
        assertThat(logicalHash(file)).as("byte %s", position).isEqualTo(hash);
      } catch (CatchwaterException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(size / 6);
  }

  private static Multihash write(MemoryFile file, SliceOptions options, long seed)
      throws IOException {
    try (SliceWriter writer = SliceWriter.create(file, SCHEMA, options)) {
      for (RecordBatch batch :
          SliceRoundTripTest.batches(new SplittableRandom(seed), SCHEMA, 200)) {
        writer.write(batch);
      }
      return writer.finish().logicalHash();
    }
  }

  private static Multihash logicalHash(MemoryFile file) throws IOException {
    try (SliceReader reader = SliceReader.open(file)) {
      LogicalHasher hasher = new LogicalHasher(reader.schema());
      SliceRows rows = reader.read(0, Long.MAX_VALUE, null);
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        hasher.update(batch);
      }
      return hasher.finish();
    }
  }
}
