package dev.catchwater.odf.chain;

import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a chain says after its last block: all that the next block is checked against and all that
/// a push needs, so that nobody walks the chain. An immutable value without I/O.
@SuppressWarnings("DoNotCallSuggester")
public final class ChainState {
  /// The state before any block.
  public static final ChainState EMPTY = new ChainState();

  private ChainState() {}

  /// The state after one more block; refuses a block that breaks a rule of the chain as
  /// `BAD_EVENT`.
  ///
  /// @param hash the hash of the block's bytes as stored
  public ChainState append(Multihash hash, MetadataBlock block) {
    throw new UnsupportedOperationException("soon");
  }

  /// Whether there is no block yet; the accessors that need one throw then.
  public boolean isEmpty() {
    throw new UnsupportedOperationException("soon");
  }

  /// The hash of the last block.
  public Multihash head() {
    throw new UnsupportedOperationException("soon");
  }

  /// The number of the last block.
  public long sequenceNumber() {
    throw new UnsupportedOperationException("soon");
  }

  /// How many blocks there are.
  public long blockCount() {
    throw new UnsupportedOperationException("soon");
  }

  /// The system time of the last block; a later block is never before it.
  public Instant systemTime() {
    throw new UnsupportedOperationException("soon");
  }

  /// The first event.
  public Seed seed() {
    throw new UnsupportedOperationException("soon");
  }

  /// The names of the system columns.
  public Vocabulary vocabulary() {
    throw new UnsupportedOperationException("soon");
  }

  /// The schema of all slices, or null before there is one. A legacy Arrow schema is converted.
  public @Nullable DataSchema schema() {
    throw new UnsupportedOperationException("soon");
  }

  /// The active push sources by name, in the order they were first added.
  public Map<String, AddPushSource> pushSources() {
    throw new UnsupportedOperationException("soon");
  }

  /// The push sources that were disabled and not added again, as last defined.
  public Map<String, AddPushSource> disabledPushSources() {
    throw new UnsupportedOperationException("soon");
  }

  /// The polling source, or null where there is none or it was disabled.
  public @Nullable SetPollingSource pollingSource() {
    throw new UnsupportedOperationException("soon");
  }

  /// The offset of the last row, or null before any data.
  public @Nullable Long lastOffset() {
    throw new UnsupportedOperationException("soon");
  }

  /// The latest event time that all data before it is said to be in, or null.
  public @Nullable Instant watermark() {
    throw new UnsupportedOperationException("soon");
  }

  /// The last state stored under a source name, however far back, or null.
  public @Nullable SourceState sourceState(String sourceName) {
    throw new UnsupportedOperationException("soon");
  }

  /// The source state of the last data block, or null.
  public @Nullable SourceState lastSourceState() {
    throw new UnsupportedOperationException("soon");
  }

  /// The checkpoint of the last data block, or null.
  public @Nullable Multihash lastCheckpoint() {
    throw new UnsupportedOperationException("soon");
  }

  /// Rows in all slices.
  public long rowCount() {
    throw new UnsupportedOperationException("soon");
  }

  /// Bytes of all slices.
  public long dataSize() {
    throw new UnsupportedOperationException("soon");
  }

  /// Slices in the chain.
  public long sliceCount() {
    throw new UnsupportedOperationException("soon");
  }

  /// Description and keywords, or null.
  public @Nullable SetInfo info() {
    throw new UnsupportedOperationException("soon");
  }

  /// The licence, or null.
  public @Nullable SetLicense license() {
    throw new UnsupportedOperationException("soon");
  }

  /// The attachments, or null.
  public @Nullable SetAttachments attachments() {
    throw new UnsupportedOperationException("soon");
  }

  /// The transform of a derivative, or null.
  public @Nullable SetTransform transform() {
    throw new UnsupportedOperationException("soon");
  }

  /// The state as bytes for a cache; bytes of another version or damaged ones are refused by
  /// [#fromBytes(byte[])] and the cache is made anew.
  public byte[] toBytes() {
    throw new UnsupportedOperationException("soon");
  }

  /// The state in the bytes; anything but what [#toBytes()] of this version made is `CORRUPT`.
  public static ChainState fromBytes(byte[] bytes) {
    throw new UnsupportedOperationException("soon");
  }
}
