package dev.catchwater.odf.event;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event of a metadata chain; the closed set of ODF 0.39 (13 kinds), all of which are read. The
/// order of the records is the order of the union on disk. Immutable.
public sealed interface MetadataEvent {

  /// The kind as manifests and logs spell it.
  default String kind() {
    return getClass().getSimpleName();
  }

  /// The ordinal of the kind in the union on disk, 1 to 13. Code that runs in every start of the
  /// program switches on it, not on the type: a switch on types is linked when it is first reached,
  /// which costs milliseconds.
  int code();

  /// Rows, a watermark, a checkpoint or a source state added to a root dataset.
  record AddData(
      @Nullable Multihash prevCheckpoint,
      @Nullable Long prevOffset,
      @Nullable DataSlice newData,
      @Nullable Checkpoint newCheckpoint,
      @Nullable Instant newWatermark,
      @Nullable SourceState newSourceState,
      @Nullable ExtraAttributes extra)
      implements MetadataEvent {
    @Override
    public int code() {
      return 1;
    }
  }

  /// The result of one run of a derivative's transform.
  record ExecuteTransform(
      List<TransformInputRange> queryInputs,
      @Nullable Multihash prevCheckpoint,
      @Nullable Long prevOffset,
      @Nullable DataSlice newData,
      @Nullable Checkpoint newCheckpoint,
      @Nullable Instant newWatermark)
      implements MetadataEvent {
    @Override
    public int code() {
      return 2;
    }

    public ExecuteTransform {
      queryInputs = List.copyOf(queryInputs);
    }
  }

  /// The first event of every chain.
  record Seed(DatasetId datasetId, DatasetKind datasetKind) implements MetadataEvent {
    @Override
    public int code() {
      return 3;
    }
  }

  /// How a root dataset fetches by itself; read, never run.
  record SetPollingSource(PollingSource source) implements MetadataEvent {
    @Override
    public int code() {
      return 4;
    }
  }

  /// How a derivative dataset is made from its inputs.
  record SetTransform(List<TransformInput> inputs, Transform transform) implements MetadataEvent {
    @Override
    public int code() {
      return 5;
    }

    public SetTransform {
      inputs = List.copyOf(inputs);
    }
  }

  /// Names of the system columns; null means the default name.
  record SetVocab(
      @Nullable String offsetColumn,
      @Nullable String operationTypeColumn,
      @Nullable String systemTimeColumn,
      @Nullable String eventTimeColumn)
      implements MetadataEvent {
    @Override
    public int code() {
      return 6;
    }
  }

  /// Text files that travel with the dataset.
  record SetAttachments(List<Attachment> items) implements MetadataEvent {
    @Override
    public int code() {
      return 7;
    }

    public SetAttachments {
      items = List.copyOf(items);
    }
  }

  /// Description and keywords.
  record SetInfo(@Nullable String description, @Nullable List<String> keywords)
      implements MetadataEvent {
    @Override
    public int code() {
      return 8;
    }

    public SetInfo {
      keywords = keywords == null ? null : List.copyOf(keywords);
    }
  }

  /// The licence of the data.
  record SetLicense(String shortName, String name, @Nullable String spdxId, String websiteUrl)
      implements MetadataEvent {
    @Override
    public int code() {
      return 9;
    }
  }

  /// The schema of all slices; exactly one of the two forms is present, ours is `schema`.
  ///
  /// @param rawArrowSchema the legacy form: a bare Arrow IPC `Schema` FlatBuffer, kept as stored
  record SetDataSchema(byte @Nullable [] rawArrowSchema, @Nullable DataSchema schema)
      implements MetadataEvent {
    @Override
    public int code() {
      return 10;
    }
  }

  /// A named way to push into a root dataset. `preprocess` is normalized: `queries` only.
  record AddPushSource(
      String sourceName, ReadStep read, @Nullable Transform preprocess, MergeStrategy merge)
      implements MetadataEvent {
    @Override
    public int code() {
      return 11;
    }
  }

  /// Ends a push source.
  record DisablePushSource(String sourceName) implements MetadataEvent {
    @Override
    public int code() {
      return 12;
    }
  }

  /// Ends the polling source.
  record DisablePollingSource() implements MetadataEvent {
    @Override
    public int code() {
      return 13;
    }
  }

  /// A text file that travels with the dataset.
  record Attachment(String path, String content) {}

  /// An opaque state of an engine.
  record Checkpoint(Multihash physicalHash, long size) {}

  /// One Parquet part file and the rows it holds; the offset interval is closed.
  ///
  /// @param size bytes of the file
  record DataSlice(
      Multihash logicalHash, Multihash physicalHash, long offsetStart, long offsetEnd, long size) {
    /// How many rows the interval covers.
    public long rowCount() {
      return offsetEnd - offsetStart + 1;
    }
  }

  /// Root datasets take data in, derivatives are made from others; the order is the ordinal.
  enum DatasetKind {
    ROOT,
    DERIVATIVE
  }

  /// Where a source stood when the data was added.
  record SourceState(String sourceName, String kind, String value) {}

  /// An input of a transform.
  ///
  /// @param datasetRef a DID in stored events, a name or DID in manifests
  record TransformInput(String datasetRef, @Nullable String alias) {}

  /// What part of an input one run saw.
  record TransformInputRange(
      DatasetId datasetId,
      @Nullable Multihash prevBlockHash,
      @Nullable Multihash newBlockHash,
      @Nullable Long prevOffset,
      @Nullable Long newOffset) {}
}
