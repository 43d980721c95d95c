package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.merge.BatchSize;
import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a push with one input, read and in the dataset's columns, before they are merged.
/// Nothing of it depends on the rows that the dataset has, so it is made without a lock. Immutable.
///
/// @param source the push source
/// @param rows the columns of the batches: event time (optional), then data
/// @param batches by arrival
/// @param counts what the reader saw
/// @param faults knows the lines of the rows; none is noted yet
public record PushReading(
    AddPushSource source,
    DataSchema rows,
    List<RecordBatch> batches,
    ReadCounts counts,
    RowFaults faults) {

  /// The source that a push goes to.
  ///
  /// @throws CatchwaterException `SOURCE_NOT_FOUND`, `SOURCE_AMBIGUOUS`, `BAD_ARGUMENT`
  public static AddPushSource sourceOf(ChainState state, PushRequest request) {
    return SourceChoice.of(state, request.sourceName());
  }

  /// Reads all rows of a request with one input into a dataset that has a schema.
  ///
  /// @param plans of the dataset
  /// @param bytesMax how many bytes of rows to hold
  /// @return null where the rows take more than that
  /// @throws CatchwaterException what is wrong with the input or does not fit the dataset
  public static @Nullable PushReading of(
      ChainState state, AddPushSource source, PushRequest request, PushPlans plans, long bytesMax) {
    PushInput input = request.inputs().getFirst();
    DataSchema dataset = state.schema();
    if (dataset == null) {
      throw new IllegalArgumentException("a dataset without a schema");
    }
    request.listener().stage(PushStage.READING, 0);
    PushPlan plan = plans.of(state, source, dataset);
    try (RowReader reader = SourceRows.open(state, source, plan.declared(), request, 0)) {
      DataSchema read = reader.schema();
      if (read.fields().isEmpty()) {
        // An inferred source without rows: there is nothing to bring into columns.
        drain(reader);
        return new PushReading(source, dataset, List.of(), reader.counts(), RowFaults.raising());
      }
      RowFaults faults = new RowFaults(reader, input.name());
      RowPreparer preparer = plan.preparerOf(read);
      if (preparer == null) {
        preparer = RowPreparer.of(read, state.vocabulary(), source.merge(), dataset, faults);
        // One that looks at operations notes its faults with the reader it was made for.
        if (!RowPreparer.carriesOperations(source.merge())) {
          plans.keep(plan.with(read, preparer));
        }
      }
      return read(source, input, reader, preparer, faults, bytesMax);
    }
  }

  private static void drain(RowReader reader) {
    RecordBatch batch = reader.next();
    while (batch != null) {
      batch = reader.next();
    }
  }

  private static @Nullable PushReading read(
      AddPushSource source,
      PushInput input,
      RowReader reader,
      RowPreparer preparer,
      RowFaults faults,
      long bytesMax) {
    List<RecordBatch> batches = new ArrayList<>(1);
    long bytes = 0;
    for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
      if (batch.rowCount() > 0) {
        batches.add(prepared(preparer, batch, input));
        bytes += BatchSize.of(batch);
      }
      if (bytes > bytesMax) {
        return null;
      }
    }
    return new PushReading(source, preparer.rows(), batches, reader.counts(), faults);
  }

  private static RecordBatch prepared(RowPreparer preparer, RecordBatch batch, PushInput input) {
    try {
      return preparer.prepare(batch);
    } catch (CatchwaterException e) {
      throw named(e, input);
    }
  }

  /// A failure of a row with the name of its input, where it has no place yet.
  public static CatchwaterException named(CatchwaterException e, PushInput input) {
    String name = input.name();
    return e.place() == null && name != null ? e.withPlace(Place.of(name)) : e;
  }

  /// Sentences for a person.
  public List<String> warnings() {
    return counts.vanishedNumbers() == 0
        ? List.of()
        : List.of(PushRun.vanished(counts.vanishedNumbers()));
  }
}
