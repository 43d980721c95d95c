package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.merge.BatchSize;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.ingest.sieve.RefusedRow;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.Transform;
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
/// @param refused rows that were set aside
/// @param notes of the SQL steps of the source, for a person
public record PushReading(
    AddPushSource source,
    DataSchema rows,
    List<RecordBatch> batches,
    ReadCounts counts,
    RowFaults faults,
    List<RefusedRow> refused,
    List<String> notes) {

  /// The source that a push goes to.
  ///
  /// @throws CatchwaterException `SOURCE_NOT_FOUND`, `SOURCE_AMBIGUOUS`, `BAD_ARGUMENT`
  public static AddPushSource sourceOf(ChainState state, PushRequest request) {
    return SourceChoice.of(state, request.sourceName());
  }

  /// Reads all rows of a request with one input into a dataset that has a schema, through the SQL
  /// steps of the source where it has some.
  ///
  /// @param plans of the dataset
  /// @param steps runs them
  /// @param bytesMax how many bytes of rows to hold
  /// @param sieve takes bad rows, null where they refuse the push
  /// @return null where the rows take more than that
  /// @throws CatchwaterException what is wrong with the input or does not fit the dataset
  /// @throws dev.catchwater.ingest.sieve.ReadAgainException where there is a sieve and it wants to
  public static @Nullable PushReading of(
      ChainState state,
      AddPushSource source,
      PushRequest request,
      PushPlans plans,
      PushSteps steps,
      long bytesMax,
      @Nullable Sieve sieve) {
    if (sieve != null) {
      sieve.restart();
    }
    PushInput input = request.inputs().getFirst();
    DataSchema dataset = state.schema();
    if (dataset == null) {
      throw new IllegalArgumentException("a dataset without a schema");
    }
    request.listener().stage(PushStage.READING, 0);
    PushPlan plan = plans.of(state, source, dataset);
    RowReader rows = SourceRows.open(state, source, plan.declared(), request, 0, sieve);
    Transform transform = source.preprocess();
    PreparedRows prepared = null;
    if (transform != null) {
      request.listener().stage(PushStage.PREPROCESSING, 0);
      prepared = steps.open(source.sourceName(), transform, rows);
    }
    try (RowReader reader = prepared == null ? rows : prepared) {
      DataSchema read = schema(reader, input);
      List<String> notes = prepared == null ? List.of() : prepared.notes();
      boolean isEmpty = read.fields().isEmpty();
      if (isEmpty && source.merge() instanceof MergeStrategy.Snapshot) {
        // No rows, so no columns: of a Snapshot that is still a state.
        read = PushRun.dataColumns(state, dataset);
      } else if (isEmpty) {
        // An inferred source without rows: there is nothing to bring into columns.
        drain(reader);
        return new PushReading(
            source,
            dataset,
            List.of(),
            reader.counts(),
            RowFaults.raising(),
            refused(reader, sieve),
            notes);
      }
      // Behind SQL steps nobody knows which row of the input a row comes from.
      RowFaults faults = new RowFaults(reader, input.name(), transform == null ? sieve : null);
      RowPreparer preparer = plan.preparerOf(read);
      if (preparer == null) {
        preparer = RowPreparer.of(read, state.vocabulary(), source.merge(), dataset, faults);
        // One that looks at operations notes its faults with the reader it was made for.
        if (!RowPreparer.carriesOperations(source.merge())) {
          plans.keep(plan.with(read, preparer));
        }
      }
      List<RecordBatch> batches =
          read(input, reader, preparer, bytesMax, sieve == null ? null : faults);
      return batches == null
          ? null
          : new PushReading(
              source,
              preparer.rows(),
              batches,
              reader.counts(),
              faults,
              refused(reader, sieve),
              notes);
    }
  }

  private static List<RefusedRow> refused(RowReader reader, @Nullable Sieve sieve) {
    if (sieve == null) {
      return List.of();
    }
    sieve.end(reader.counts().rows());
    sieve.requireFew();
    return sieve.refused();
  }

  private static DataSchema schema(RowReader reader, PushInput input) {
    try {
      return reader.schema();
    } catch (CatchwaterException e) {
      throw named(e, input);
    }
  }

  private static void drain(RowReader reader) {
    RecordBatch batch = reader.next();
    while (batch != null) {
      batch = reader.next();
    }
  }

  /// The rows in the columns of the dataset; null where they take more bytes than that.
  private static @Nullable List<RecordBatch> read(
      PushInput input,
      RowReader reader,
      RowPreparer preparer,
      long bytesMax,
      @Nullable RowFaults nulls) {
    List<RecordBatch> batches = new ArrayList<>(1);
    long bytes = 0;
    long rows = 0;
    try {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        if (batch.rowCount() > 0) {
          batches.add(preparer.prepare(batch, rows, nulls));
          rows += batch.rowCount();
          bytes += BatchSize.of(batch);
        }
        if (bytes > bytesMax) {
          return null;
        }
      }
      if (nulls != null) {
        nulls.raise();
      }
    } catch (CatchwaterException e) {
      throw named(e, input);
    }
    return batches;
  }

  /// The count of the rows that were set aside.
  public PushCounts asideCounts() {
    return refused.isEmpty() ? PushCounts.NONE : new PushCounts(0, 0, 0, 0, 0, 0, refused.size());
  }

  /// A failure of a row with the name of its input, where it has no place yet.
  public static CatchwaterException named(CatchwaterException e, PushInput input) {
    String name = input.name();
    return e.place() == null && name != null ? e.withPlace(Place.of(name)) : e;
  }

  /// Sentences for a person.
  public List<String> warnings() {
    if (counts.vanishedNumbers() == 0) {
      return notes;
    }
    List<String> warnings = new ArrayList<>(notes);
    warnings.add(PushTally.vanished(counts.vanishedNumbers()));
    return warnings;
  }
}
