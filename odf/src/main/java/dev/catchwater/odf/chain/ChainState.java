package dev.catchwater.odf.chain;

import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.event.MetadataEvent.SetLicense;
import dev.catchwater.odf.event.MetadataEvent.SetPollingSource;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a chain says after its last block: all that the next block is checked against and all that
/// a push needs, so that nobody walks the chain. An immutable value without I/O.
public final class ChainState {
  /// The state before any block.
  public static final ChainState EMPTY = new ChainState(new ChainDraft());

  private final ChainDraft facts;

  private ChainState(ChainDraft facts) {
    this.facts = facts;
  }

  /// The state after one more block; refuses a block that breaks a rule of the chain as
  /// `BAD_EVENT`.
  ///
  /// @param hash the hash of the block's bytes as stored
  public ChainState append(Multihash hash, MetadataBlock block) {
    ChainRules.check(facts, block);
    ChainDraft next = new ChainDraft(facts);
    next.apply(hash, block);
    return new ChainState(next);
  }

  /// Whether there is no block yet; asking for the head or the seed is a defect then.
  public boolean isEmpty() {
    return facts.head == null;
  }

  /// The hash of the last block.
  public Multihash head() {
    return require(facts.head);
  }

  /// The number of the last block.
  public long sequenceNumber() {
    return facts.sequenceNumber;
  }

  /// How many blocks there are.
  public long blockCount() {
    return facts.sequenceNumber + 1;
  }

  /// The system time of the last block, [Instant#MIN] before any; a later block is never before it.
  public Instant systemTime() {
    return facts.systemTime;
  }

  /// The first event.
  public Seed seed() {
    return require(facts.seed);
  }

  /// The names of the system columns.
  public Vocabulary vocabulary() {
    return facts.vocabulary;
  }

  /// The schema of all slices, or null before there is one. A legacy Arrow schema is converted.
  public @Nullable DataSchema schema() {
    return facts.schema;
  }

  /// The active push sources by name, in the order they were first added.
  public Map<String, AddPushSource> pushSources() {
    return Collections.unmodifiableMap(facts.pushSources);
  }

  /// The push sources that were disabled and not added again, as last defined.
  public Map<String, AddPushSource> disabledPushSources() {
    return Collections.unmodifiableMap(facts.disabledPushSources);
  }

  /// The polling source, or null where there is none or it was disabled.
  public @Nullable SetPollingSource pollingSource() {
    return facts.pollingSource;
  }

  /// The offset of the last row, or null before any data.
  public @Nullable Long lastOffset() {
    return facts.lastOffset;
  }

  /// The latest event time that all data before it is said to be in, or null.
  public @Nullable Instant watermark() {
    return facts.watermark;
  }

  /// The last state stored under a source name, however far back, or null.
  public @Nullable SourceState sourceState(String sourceName) {
    return facts.sourceStates.get(sourceName);
  }

  /// The source state of the last data block, or null.
  public @Nullable SourceState lastSourceState() {
    return facts.lastSourceState;
  }

  /// The checkpoint of the last data block, or null.
  public @Nullable Multihash lastCheckpoint() {
    return facts.lastCheckpoint;
  }

  /// Rows in all slices.
  public long rowCount() {
    return facts.rowCount;
  }

  /// Bytes of all slices.
  public long dataSize() {
    return facts.dataSize;
  }

  /// Slices in the chain.
  public long sliceCount() {
    return facts.sliceCount;
  }

  /// Description and keywords, or null.
  public @Nullable SetInfo info() {
    return facts.info;
  }

  /// The licence, or null.
  public @Nullable SetLicense license() {
    return facts.license;
  }

  /// The attachments, or null.
  public @Nullable SetAttachments attachments() {
    return facts.attachments;
  }

  /// The transform of a derivative, or null.
  public @Nullable SetTransform transform() {
    return facts.transform;
  }

  /// The last run of the transform, or null.
  public @Nullable ExecuteTransform lastExecution() {
    return facts.lastExecution;
  }

  /// The state as bytes for a cache; bytes of another version or damaged ones are refused by
  /// [#fromBytes(byte[])] and the cache is made anew.
  public byte[] toBytes() {
    return ChainStateCodec.encode(facts);
  }

  /// The state in the bytes; anything but what [#toBytes()] of this version made is `CORRUPT`.
  public static ChainState fromBytes(byte[] bytes) {
    return new ChainState(ChainStateCodec.decode(bytes));
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the chain is empty");
    }
    return value;
  }
}
