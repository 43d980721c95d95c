package dev.catchwater.odf.chain;

import dev.catchwater.odf.codec.ArrowSchema;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.event.MetadataEvent.SetLicense;
import dev.catchwater.odf.event.MetadataEvent.SetPollingSource;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of a [ChainState] while they are put together. Never leaves the package.
final class ChainDraft {
  @Nullable Multihash head;
  long sequenceNumber = -1;
  Instant systemTime = Instant.MIN;
  @Nullable Seed seed;
  Vocabulary vocabulary = Vocabulary.DEFAULT;
  @Nullable SetDataSchema schemaEvent;
  @Nullable DataSchema schema;
  Map<String, AddPushSource> pushSources = new LinkedHashMap<>();
  Map<String, AddPushSource> disabledPushSources = new LinkedHashMap<>();
  @Nullable SetPollingSource pollingSource;
  boolean hasDataBlock;
  @Nullable Long lastOffset;
  @Nullable Instant watermark;
  @Nullable Multihash lastCheckpoint;
  @Nullable SourceState lastSourceState;
  Map<String, SourceState> sourceStates = new LinkedHashMap<>();
  long rowCount;
  long dataSize;
  long sliceCount;
  @Nullable SetInfo info;
  @Nullable SetLicense license;
  @Nullable SetAttachments attachments;
  @Nullable SetTransform transform;
  @Nullable ExecuteTransform lastExecution;

  ChainDraft() {}

  ChainDraft(ChainDraft other) {
    head = other.head;
    sequenceNumber = other.sequenceNumber;
    systemTime = other.systemTime;
    seed = other.seed;
    vocabulary = other.vocabulary;
    schemaEvent = other.schemaEvent;
    schema = other.schema;
    pushSources = other.pushSources;
    disabledPushSources = other.disabledPushSources;
    pollingSource = other.pollingSource;
    hasDataBlock = other.hasDataBlock;
    lastOffset = other.lastOffset;
    watermark = other.watermark;
    lastCheckpoint = other.lastCheckpoint;
    lastSourceState = other.lastSourceState;
    sourceStates = other.sourceStates;
    rowCount = other.rowCount;
    dataSize = other.dataSize;
    sliceCount = other.sliceCount;
    info = other.info;
    license = other.license;
    attachments = other.attachments;
    transform = other.transform;
    lastExecution = other.lastExecution;
  }

  /// Takes in a block that the rules have let through.
  void apply(Multihash hash, MetadataBlock block) {
    head = hash;
    sequenceNumber = block.sequenceNumber();
    systemTime = block.systemTime();
    MetadataEvent event = block.event();
    switch (event.code()) {
      case 1 -> add((AddData) event);
      case 2 -> {
        ExecuteTransform run = (ExecuteTransform) event;
        lastExecution = run;
        data(run.prevOffset(), run.newData(), run.newCheckpoint(), run.newWatermark());
      }
      case 3 -> seed = (Seed) event;
      case 4 -> pollingSource = (SetPollingSource) event;
      case 5 -> transform = (SetTransform) event;
      case 6 -> vocabulary = Vocabulary.of((MetadataEvent.SetVocab) event);
      case 7 -> attachments = (SetAttachments) event;
      case 8 -> info = (SetInfo) event;
      case 9 -> license = (SetLicense) event;
      case 10 -> set((SetDataSchema) event);
      case 11 -> add((AddPushSource) event);
      case 12 -> disable(((MetadataEvent.DisablePushSource) event).sourceName());
      case 13 -> pollingSource = null;
      default -> throw new IllegalStateException("no event has the code " + event.code());
    }
  }

  private void add(AddData event) {
    lastSourceState = event.newSourceState();
    if (lastSourceState != null) {
      sourceStates = new LinkedHashMap<>(sourceStates);
      sourceStates.put(lastSourceState.sourceName(), lastSourceState);
    }
    data(event.prevOffset(), event.newData(), event.newCheckpoint(), event.newWatermark());
  }

  private void add(AddPushSource event) {
    pushSources = new LinkedHashMap<>(pushSources);
    pushSources.put(event.sourceName(), event);
    if (disabledPushSources.containsKey(event.sourceName())) {
      disabledPushSources = new LinkedHashMap<>(disabledPushSources);
      disabledPushSources.remove(event.sourceName());
    }
  }

  void set(SetDataSchema event) {
    schemaEvent = event;
    byte[] raw = event.rawArrowSchema();
    schema = raw == null ? event.schema() : ArrowSchema.read(raw);
  }

  private void disable(String sourceName) {
    pushSources = new LinkedHashMap<>(pushSources);
    AddPushSource source = pushSources.remove(sourceName);
    if (source != null) {
      disabledPushSources = new LinkedHashMap<>(disabledPushSources);
      disabledPushSources.put(sourceName, source);
    }
  }

  private void data(
      @Nullable Long prevOffset,
      @Nullable DataSlice slice,
      @Nullable Checkpoint checkpoint,
      @Nullable Instant newWatermark) {
    hasDataBlock = true;
    lastOffset = slice == null ? prevOffset : (Long) slice.offsetEnd();
    watermark = newWatermark;
    lastCheckpoint = checkpoint == null ? null : checkpoint.physicalHash();
    if (slice != null) {
      rowCount = add(rowCount, slice.rowCount());
      dataSize = add(dataSize, slice.size());
      sliceCount++;
    }
  }

  /// Sums of a foreign chain can be any number; they stop at the largest one.
  private static long add(long sum, long more) {
    long result = sum + more;
    return more < 0 || result < 0 ? Long.MAX_VALUE : result;
  }
}
