package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.SourceSchema;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.QuarantineName;
import dev.catchwater.storage.Workspace;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a quarantine is as a dataset: a Ledger of changes. A row arrives as change 0; what happens
/// to it afterwards are changes 1, 2, … of the same id. The state of a row is what its last change
/// says, and nothing is ever taken back.
public final class QuarantineDataset {
  /// The name of its only push source.
  public static final String SOURCE = "quarantine";

  private static final List<String> COLUMNS =
      List.of(
          "event_time TIMESTAMP",
          "id STRING",
          "change INT",
          "state STRING",
          "code STRING",
          "field STRING",
          "message STRING",
          "hint STRING",
          "cause STRING",
          "file STRING",
          "line BIGINT",
          "`column` BIGINT",
          "`row` STRING",
          "bytes STRING",
          "header STRING",
          "source STRING",
          "receipt STRING",
          "idempotency_key STRING",
          "producer STRING",
          "producer_seq BIGINT",
          "format STRING",
          "given_event_time STRING",
          "outcome STRING",
          "first_offset BIGINT",
          "last_offset BIGINT");

  private static final AddPushSource PUSH_SOURCE =
      new AddPushSource(
          SOURCE,
          new ReadStep.NdJson(COLUMNS, null, null, null, null),
          null,
          new MergeStrategy.Ledger(List.of("id", "change")));

  private QuarantineDataset() {}

  /// The quarantine of a dataset, if it has one.
  public static Optional<Dataset> find(Dataset of) {
    Optional<Dataset> found = of.workspace().find(QuarantineName.of(of.name()));
    found.ifPresent(QuarantineDataset::requireOurs);
    return found;
  }

  /// The quarantine of a dataset, made where it has none.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS` if another kind of dataset has its name,
  ///   `BAD_NAME` if its name would be too long
  static Dataset open(Dataset of, Instant now, RandomGenerator random) {
    Optional<Dataset> found = find(of);
    if (found.isPresent()) {
      return found.get();
    }
    Workspace workspace = of.workspace();
    DatasetName name = QuarantineName.of(of.name());
    List<MetadataEvent> events =
        List.of(
            new SetDataSchema(null, columns()),
            PUSH_SOURCE,
            new SetInfo(
                "Rows that pushes into " + of.name() + " set aside", List.of("quarantine")));
    try {
      QuarantineName.create(
          workspace, new DatasetSnapshot(name, null, DatasetKind.ROOT, events), now, random);
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.ALREADY_EXISTS) {
        throw e;
      }
    }
    Dataset made = workspace.require(name.toString());
    requireOurs(made);
    return made;
  }

  /// The columns that its first rows would give it. Where it has them from the beginning, those are
  /// not read twice for it.
  private static DataSchema columns() {
    DataSchema read = Objects.requireNonNull(SourceSchema.of(PUSH_SOURCE.read()));
    return RowPreparer.of(read, Vocabulary.DEFAULT, PUSH_SOURCE.merge(), null, RowFaults.raising())
        .stored();
  }

  private static void requireOurs(Dataset dataset) {
    if (!PUSH_SOURCE.equals(dataset.state().pushSources().get(SOURCE))) {
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "Dataset " + dataset.name() + " is no quarantine, but has the name of one")
          .withHint("give it another name");
    }
  }
}
