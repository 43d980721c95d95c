package dev.catchwater.query.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.seal.SliceSealer;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.odf.source.Transform.SqlQueryStep;
import dev.catchwater.query.sql.SqlEngine;
import dev.catchwater.query.sql.SqlGate;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs of a transform, cut at every call of the disk that crashes: the derivative is as before the
/// run or as after it, what comes out can be replayed, and the next run goes on from there. The
/// engine is one that counts the rows of its files on the same disk.
class TransformCrashTest {
  private static final Path HOME = Path.of("/home");
  private static final Instant NOW = Instant.parse("2050-01-01T00:00:00Z");
  private static final SliceOptions PLAIN =
      SliceOptions.defaults().withCodec(Codec.NONE).withThreads(0);
  private static final List<Integer> PUSHES = List.of(3, 2, 4);

  private static final DataSchema INPUT =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("op", Scalar.INT32),
              DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("n", Scalar.INT64)));

  private static final DataSchema COUNT = DataSchema.of(List.of(DataField.of("c", Scalar.INT64)));

  private static final DataSchema GROUPS =
      DataSchema.of(
          List.of(
              DataField.of("op", Scalar.INT32),
              DataField.of("et", DataType.Timestamp.MILLIS_UTC),
              DataField.of("s0", Scalar.INT64),
              DataField.of("o0", Scalar.INT64)));

  /// Answers `SELECT count(*) AS c FROM s` and what is made of it.
  private record Counter(Disk disk) implements SqlEngine {
    @Override
    public SqlGate.Request look(SqlText text) {
      List<SqlGate.TableName> tables = new ArrayList<>();
      for (String name : List.of("s", AggregateSql.STATE)) {
        tables.add(new SqlGate.TableName(name, -1));
      }
      boolean isOurs = text.source().contains("__cw_fresh");
      return new SqlGate.Request(isOurs ? tables : tables.subList(0, 1), Set.of(), false, false);
    }

    @Override
    public void run(SqlPlan plan) {
      try {
        if (!plan.text().source().contains("__cw_fresh")) {
          write(plan.result(), COUNT, List.of());
          return;
        }
        long fresh = 0;
        long known = -1;
        for (Path file : plan.files()) {
          boolean isState = file.toString().contains("/" + Transforms.STATES + "/");
          try (SliceReader reader = SliceReader.open(disk.openForRead(file))) {
            fresh += isState ? 0 : reader.rowCount();
            known = isState ? Math.max(known, count(reader)) : known;
          }
        }
        List<long[]> rows = new ArrayList<>();
        if (known < 0) {
          rows.add(new long[] {0, fresh});
        } else {
          rows.add(new long[] {2, known});
          rows.add(new long[] {3, known + fresh});
        }
        write(plan.result(), GROUPS, rows);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long count(SliceReader reader) throws IOException {
      SliceRows rows = reader.read(0, reader.rowCount(), List.of("s0"));
      RecordBatch batch = Objects.requireNonNull(rows.next());
      return ((Column.Longs) batch.column(0)).values()[batch.rowCount() - 1];
    }

    private void write(Path file, DataSchema schema, List<long[]> rows) throws IOException {
      try (DiskFile out = disk.create(file);
          SliceWriter slice = SliceWriter.create(out, schema, PLAIN.withReadBack(false))) {
        int count = rows.size();
        int[] ops = new int[count];
        long[] times = new long[count];
        long[] counts = new long[count];
        for (int i = 0; i < count; i++) {
          ops[i] = (int) rows.get(i)[0];
          times[i] = NOW.toEpochMilli();
          counts[i] = rows.get(i)[1];
        }
        Column.Longs values = new Column.Longs(count, counts, null);
        List<Column> columns =
            schema.equals(COUNT)
                ? List.of(values)
                : List.of(
                    new Column.Ints(count, ops, null),
                    new Column.Longs(count, times, null),
                    values,
                    values);
        slice.write(new RecordBatch(schema, count, columns));
        slice.finish();
      }
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
  }

  private static SimDisk startDisk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk disk = new SimDisk(mode, seed);
    disk.createDirectories(HOME);
    disk.syncDirectory(Path.of("/"));
    Workspace workspace = Workspace.init(disk, HOME);
    SetTransform transform =
        new SetTransform(
            List.of(new TransformInput("input", "s")),
            new Transform(
                "duckdb",
                null,
                null,
                List.of(new SqlQueryStep(null, "SELECT count(*) AS c FROM s")),
                null));
    workspace.create(
        List.of(
            new DatasetSnapshot(DatasetName.parse("input"), null, DatasetKind.ROOT, List.of()),
            new DatasetSnapshot(
                DatasetName.parse("counts"), null, DatasetKind.DERIVATIVE, List.of(transform))),
        NOW,
        new SplittableRandom(seed));
    return disk;
  }

  private static void push(Dataset input, int count) throws IOException {
    try (DatasetWriter writer = input.openWriter(LockWait.none())) {
      ChainState state = writer.state();
      if (state.schema() == null) {
        writer.add(NOW, new SetDataSchema(null, INPUT));
      }
      Long last = state.lastOffset();
      long first = last == null ? 0 : last + 1;
      DataSlice slice;
      try (SliceSealer sealer = new SliceSealer(writer, INPUT, PLAIN, first, NOW)) {
        long[] times = new long[count];
        java.util.Arrays.fill(times, NOW.toEpochMilli());
        DataSchema schema = DataSchema.of(INPUT.fields().subList(3, 5));
        Column.Longs column = new Column.Longs(count, times, null);
        sealer.accept(new RecordBatch(schema, count, List.of(column, column)));
        slice = sealer.finish();
      }
      writer.add(NOW, new AddData(null, last, slice, null, NOW, null, null));
      writer.commit();
    }
  }

  private static Transforms transforms(Disk disk) {
    Workspace workspace = Workspace.find(disk, HOME, null);
    return new Transforms(workspace, _ -> new Counter(disk), InstantSource.fixed(NOW));
  }

  /// Pushes and runs until the end or the cut; how many runs came to their end.
  private static int run(SimDisk disk) throws IOException {
    int done = 0;
    try {
      Workspace workspace = Workspace.find(disk, HOME, null);
      for (int count : PUSHES) {
        push(workspace.require("input"), count);
        transforms(disk).run(workspace.require("counts"), LockWait.none());
        done++;
      }
    } catch (PowerCut e) {
      return done;
    }
    return done;
  }

  @ParameterizedTest
  @EnumSource
  void everyCutOfARunLeavesTheResultBeforeOrAfterIt(SimDisk.Mode mode) throws IOException {
    boolean wasCut = true;
    int cuts = 0;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = startDisk(mode, call);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      int done = run(disk);
      wasCut = done < PUSHES.size();
      String cut = mode + ", run " + done + ", call " + call + ": " + disk.trace().getLast();
      check(disk.restartAfterKill(), done, cut + ", killed");
      check(disk.restartAfterPowerCut(), done, cut);
      cuts++;
    }
    assertThat(cuts).isGreaterThan(100);
  }

  private static void check(SimDisk disk, int done, String cut) throws IOException {
    Workspace workspace = Workspace.find(disk, HOME, null);
    Dataset counts = workspace.require("counts");
    long rows = counts.state().rowCount();
    // The first run gives one row, each further one the old row and the new one.
    long before = done == 0 ? 0 : 2L * done - 1;
    assertThat(rows).as(cut).isIn(before, done == 0 ? 1L : before + 2);
    transforms(disk).run(counts, LockWait.none());
    push(workspace.require("input"), 5);
    assertThat(transforms(disk).isFresh(counts)).as(cut).isFalse();
    assertThat(transforms(disk).run(counts, LockWait.none()).isUpdated()).as(cut).isTrue();
    assertThat(transforms(disk).isFresh(counts)).as(cut).isTrue();
    assertThat(lastCount(counts)).as(cut).isEqualTo(workspace.require("input").state().rowCount());
    Verifier verifier = new Verifier(1);
    assertThat(verifier.verify(counts, (_, _) -> {}).problems()).as(cut).isEmpty();
    Replay replay = new Replay(workspace, _ -> new Counter(disk));
    assertThat(replay.verify(counts)).as(cut).isEmpty();
  }

  private static long lastCount(Dataset counts) throws IOException {
    DataSlice slice = counts.slicesFromEnd().iterator().next();
    try (SliceReader reader = SliceReader.open(counts.openSlice(slice))) {
      RecordBatch batch =
          Objects.requireNonNull(reader.read(0, reader.rowCount(), List.of("c")).next());
      return ((Column.Longs) batch.column(0)).values()[batch.rowCount() - 1];
    }
  }
}
