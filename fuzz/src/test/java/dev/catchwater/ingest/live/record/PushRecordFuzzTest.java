package dev.catchwater.ingest.live.record;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// What is in the records of a journal. Their checksums were right, so that only another program
/// makes them wrong; they are refused all the same, and what they announce takes no memory.
public class PushRecordFuzzTest {
  private static final DatasetId DATASET = DatasetId.create(new SplittableRandom(1));
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("t", DataType.Timestamp.MILLIS_UTC.optional()),
              DataField.of("v", Scalar.INT64.optional())));

  @FuzzTest
  public void pushRecord(byte[] input) {
    Limits.hold(() -> read(input), Set.of());
  }

  // Whoever reads records makes a refusal of any exception; an error would end him.
  private static void read(byte[] input) {
    PushRecord record;
    try {
      record = PushRecord.fromBytes(DATASET, input, SCHEMA);
    } catch (RuntimeException e) {
      return;
    }
    if (record.rowCount() < 0 || record.rowCount() > 8L * input.length) {
      throw new AssertionError(record.rowCount() + " rows in " + input.length + " bytes");
    }
  }
}
