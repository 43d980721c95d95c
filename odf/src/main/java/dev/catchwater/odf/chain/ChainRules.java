package dev.catchwater.odf.chain;

import dev.catchwater.odf.codec.ArrowSchema;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetPollingSource;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.SchemaEvolution;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules a block must keep to follow a chain (odf-format §9 and §10; the messages are kamu's).
final class ChainRules {
  private ChainRules() {}

  static void check(ChainDraft chain, MetadataBlock block) {
    link(chain, block);
    MetadataEvent event = block.event();
    switch (event.code()) {
      case 1 -> addData(chain, (AddData) event);
      case 2 -> TransformRules.check(chain, (ExecuteTransform) event);
      case 4 -> pollingSource(chain, (SetPollingSource) event);
      case 5 -> setTransform((SetTransform) event);
      case 10 -> dataSchema(chain, (SetDataSchema) event);
      case 11 -> addPushSource(chain, (AddPushSource) event);
      case 12 -> disablePushSource(chain, (DisablePushSource) event);
      case 13 -> {
        if (chain.pollingSource == null) {
          throw invalid("There is no active polling source to disable");
        }
      }
      default -> {} // seed, vocabulary, attachments, info and license: the last one holds
    }
  }

  private static void link(ChainDraft chain, MetadataBlock block) {
    boolean seed = block.event() instanceof Seed;
    if (chain.head == null) {
      if (!seed || block.prevBlockHash() != null) {
        throw bad("First block has to be a seed, perhaps new block does not link to the previous");
      }
      if (block.sequenceNumber() != 0) {
        throw bad("Block sequence has to start with zero, not " + block.sequenceNumber());
      }
      return;
    }
    if (seed) {
      throw bad("Attempt to append seed block to a non-empty chain");
    }
    if (!chain.head.equals(block.prevBlockHash())) {
      throw bad(
          "Invalid previous block: the chain ends with "
              + chain.head
              + ", the new block follows "
              + block.prevBlockHash());
    }
    if (block.sequenceNumber() != chain.sequenceNumber + 1) {
      throw bad(
          "Block "
              + chain.head
              + " with sequence number "
              + chain.sequenceNumber
              + " cannot be followed by block with sequence number "
              + block.sequenceNumber());
    }
    if (block.systemTime().isBefore(chain.systemTime)) {
      throw bad(
          "System time has to be monotonically non-decreasing: "
              + block.systemTime()
              + " is before "
              + chain.systemTime);
    }
  }

  private static void addData(ChainDraft chain, AddData event) {
    if (event.newData() == null
        && event.newCheckpoint() == null
        && event.newWatermark() == null
        && event.newSourceState() == null) {
      throw noOp("Event is empty");
    }
    watermark(chain, event.newWatermark());
    offsets(chain, event.prevOffset(), event.newData());
    checkpoint(chain, event.prevCheckpoint());
    Multihash newCheckpoint =
        event.newCheckpoint() == null ? null : event.newCheckpoint().physicalHash();
    if (event.newData() == null
        && Objects.equals(newCheckpoint, event.prevCheckpoint())
        && Objects.equals(event.newWatermark(), chain.watermark)
        && Objects.equals(event.newSourceState(), chain.lastSourceState)) {
      throw noOp("Event neither has data nor it advances checkpoint, watermark, or source state");
    }
  }

  static void watermark(ChainDraft chain, @Nullable Instant next) {
    Instant previous = chain.watermark;
    if (previous != null && (next == null || next.isBefore(previous))) {
      throw bad(
          "Watermark has to be monotonically increasing: "
              + (next == null ? "none" : next.toString())
              + " after "
              + previous);
    }
  }

  static void offsets(ChainDraft chain, @Nullable Long prevOffset, @Nullable DataSlice slice) {
    if (slice != null) {
      long expected = prevOffset == null ? 0 : prevOffset + 1;
      if (slice.offsetStart() != expected) {
        throw bad(
            "Expected offset interval to start at " + expected + " but got " + slice.offsetStart());
      }
      if (slice.offsetEnd() < slice.offsetStart()) {
        throw invalid("Invalid offset interval");
      }
      if (chain.schema == null) {
        throw invalid("SetDataSchema event must be present before adding data");
      }
    }
    if (chain.hasDataBlock && !Objects.equals(prevOffset, chain.lastOffset)) {
      throw invalid("Carried prev offset does not correspond to the last offset in the chain");
    }
  }

  static void checkpoint(ChainDraft chain, @Nullable Multihash prevCheckpoint) {
    if (!Objects.equals(prevCheckpoint, chain.lastCheckpoint)) {
      throw invalid("Input checkpoint does not correspond to the last checkpoint in the chain");
    }
  }

  private static void dataSchema(ChainDraft chain, SetDataSchema event) {
    byte[] raw = event.rawArrowSchema();
    if ((raw == null) == (event.schema() == null)) {
      throw invalid("SetDataSchema has exactly one of rawArrowSchema and schema");
    }
    DataSchema next = raw == null ? Objects.requireNonNull(event.schema()) : ArrowSchema.read(raw);
    DataSchema previous = chain.schema;
    if (previous == null) {
      return;
    }
    boolean previousIsArrow =
        chain.schemaEvent != null && chain.schemaEvent.rawArrowSchema() != null;
    if (next.equals(previous) && previousIsArrow == (raw != null)) {
      throw noOp("New schema is identical to existing");
    }
    String refusal = SchemaEvolution.refusal(previous, next, previousIsArrow);
    if (refusal != null) {
      throw invalid("Schema cannot change so: " + refusal);
    }
  }

  private static void addPushSource(ChainDraft chain, AddPushSource event) {
    if (chain.seed != null && chain.seed.datasetKind() != DatasetKind.ROOT) {
      throw invalid("AddPushSource event is only allowed on root datasets");
    }
    source(event.read(), event.preprocess());
    if (chain.pollingSource != null) {
      throw invalid("Cannot add a push source while polling source is still active")
          .withHint("disable the polling source first");
    }
    if (event.equals(chain.pushSources.get(event.sourceName()))) {
      throw noOp("New push source is identical to existing");
    }
  }

  private static void disablePushSource(ChainDraft chain, DisablePushSource event) {
    if (chain.pushSources.containsKey(event.sourceName())) {
      return;
    }
    if (chain.disabledPushSources.containsKey(event.sourceName())) {
      throw noOp("Push source '" + event.sourceName() + "' is already disabled");
    }
    throw CatchwaterException.of(
        ErrorCode.SOURCE_NOT_FOUND, "Source '" + event.sourceName() + "' not found");
  }

  private static void pollingSource(ChainDraft chain, SetPollingSource event) {
    source(event.source().read(), event.source().preprocess());
    if (!chain.pushSources.isEmpty()) {
      throw invalid("Cannot add a polling source while some push sources are still active")
          .withHint("disable the push sources first");
    }
  }

  private static void source(ReadStep read, @Nullable Transform preprocess) {
    if (read.ddlSchema() != null && read.schema() != null) {
      throw invalid("Cannot specify both DDL and ODF schemas at once");
    }
    if (preprocess != null) {
      normalized(preprocess);
    }
  }

  private static void setTransform(SetTransform event) {
    if (event.inputs().isEmpty()) {
      throw invalid("Transform must have at least one input");
    }
    Set<DatasetId> ids = new HashSet<>();
    for (TransformInput input : event.inputs()) {
      if (!DatasetId.isDid(input.datasetRef()) || input.alias() == null) {
        throw invalid(
            "Transform inputs must be resolved to dataset IDs and specify aliases: "
                + input.datasetRef());
      }
      if (!ids.add(DatasetId.parse(input.datasetRef()))) {
        throw invalid("Transform contains duplicate inputs: " + input.datasetRef());
      }
    }
    normalized(event.transform());
  }

  private static void normalized(Transform transform) {
    if (transform.query() != null) {
      throw invalid("Transform queries must be normalized");
    }
    List<Transform.SqlQueryStep> queries = transform.queries();
    if (queries == null || queries.isEmpty()) {
      throw invalid("Transform must have at least one query");
    }
    if (queries.getLast().alias() != null) {
      throw invalid(
          "Last query in a transform must have no alias and will be treated as an output");
    }
    for (int i = 0; i < queries.size() - 1; i++) {
      if (queries.get(i).alias() == null) {
        throw invalid("In a transform all queries except the last one must have aliases");
      }
    }
  }

  static CatchwaterException invalid(String message) {
    return bad("Invalid event: " + message);
  }

  static CatchwaterException noOp(String message) {
    return CatchwaterException.of(ErrorCode.NO_OP_EVENT, "No-op event: " + message);
  }

  private static CatchwaterException bad(String message) {
    return CatchwaterException.of(ErrorCode.BAD_EVENT, message);
  }
}
