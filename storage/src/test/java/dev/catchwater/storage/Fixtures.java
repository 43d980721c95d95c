package dev.catchwater.storage;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// What the storage tests share: manifests and pushes of opaque slices.
final class Fixtures {
  static final Path HOME = Path.of("/home");
  static final Instant START = Instant.parse("2024-01-31T03:51:03.618Z");
  static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("op", Scalar.INT32),
              DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("speed", Scalar.FLOAT64)));

  private Fixtures() {}

  static DatasetSnapshot root(String name) {
    return new DatasetSnapshot(
        DatasetName.parse(name),
        null,
        DatasetKind.ROOT,
        List.of(
            new AddPushSource(
                "default",
                new ReadStep.NdJson(null, null, null, null, null),
                null,
                new MergeStrategy.Append()),
            new SetDataSchema(null, SCHEMA)));
  }

  static DatasetSnapshot derivative(String name, String... inputs) {
    List<TransformInput> transformInputs = new ArrayList<>();
    for (String input : inputs) {
      transformInputs.add(new TransformInput(input, null));
    }
    return new DatasetSnapshot(
        DatasetName.parse(name),
        null,
        DatasetKind.DERIVATIVE,
        List.<MetadataEvent>of(
            new SetTransform(
                transformInputs,
                new Transform(
                    "duckdb",
                    null,
                    null,
                    List.of(new Transform.SqlQueryStep(null, "select 1")),
                    null))));
  }

  static Dataset create(Workspace workspace, String name) {
    return workspace
        .create(List.of(root(name)), START, new SplittableRandom(name.hashCode()))
        .getFirst();
  }

  /// Pushes a slice of bytes that only look like one.
  static List<HashedBlock> push(Dataset dataset, byte[] content, int rows) throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      return push(writer, content, rows);
    }
  }

  static List<HashedBlock> push(DatasetWriter writer, byte[] content, int rows) throws IOException {
    StagedFile staged = writer.stage();
    staged.file().write(content, 0, content.length, 0);
    Multihash physical = Multihash.sha3(content);
    Long last = writer.state().lastOffset();
    long start = last == null ? 0 : last + 1;
    Instant time = writer.systemTime(START.plusMillis(writer.state().blockCount()));
    AddData event =
        new AddData(
            null,
            last,
            new DataSlice(
                Multihash.of(Multihash.ARROW0_SHA3_256, physical.digest()),
                physical,
                start,
                start + rows - 1,
                content.length),
            null,
            time,
            null,
            null);
    return writer.commit(List.of(new NewEvent(time, event)), Map.of(physical, staged));
  }
}
