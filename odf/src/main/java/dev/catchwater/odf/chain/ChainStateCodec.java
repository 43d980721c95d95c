package dev.catchwater.odf.chain;

import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
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
import dev.catchwater.odf.schema.Vocabulary;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A chain state as bytes. It is a cache of our own, no part of the format: big-endian, in the
/// order of [#encode(ChainDraft)], absent values as one zero byte, events as the block codec writes
/// them.
///
/// ```
/// │ magic "CWC" and version │ fields … │ CRC32C of all before │
/// 0                         4          n-4                    n
/// ```
final class ChainStateCodec {
  private static final int MAGIC = 'C' << 24 | 'W' << 16 | 'C' << 8 | 1;
  private static final int CHECKSUM_SIZE = 4;

  private ByteBuffer buffer;

  private ChainStateCodec(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  static byte[] encode(ChainDraft facts) {
    ChainStateCodec to = new ChainStateCodec(ByteBuffer.allocate(2048));
    to.room(4).putInt(MAGIC);
    to.putHash(facts.head);
    to.putLong(facts.sequenceNumber);
    to.putInstant(facts.systemTime);
    to.putEvent(facts.seed);
    to.putString(facts.vocabulary.offset());
    to.putString(facts.vocabulary.operationType());
    to.putString(facts.vocabulary.systemTime());
    to.putString(facts.vocabulary.eventTime());
    to.putEvent(facts.schemaEvent);
    to.putSources(facts.pushSources);
    to.putSources(facts.disabledPushSources);
    to.putEvent(facts.pollingSource);
    to.putFlag(facts.hasDataBlock);
    to.putOptionalLong(facts.lastOffset);
    to.putInstant(facts.watermark);
    to.putHash(facts.lastCheckpoint);
    to.putSourceState(facts.lastSourceState);
    to.room(4).putInt(facts.sourceStates.size());
    for (SourceState state : facts.sourceStates.values()) {
      to.putSourceState(state);
    }
    to.putLong(facts.rowCount);
    to.putLong(facts.dataSize);
    to.putLong(facts.sliceCount);
    to.putEvent(facts.info);
    to.putEvent(facts.license);
    to.putEvent(facts.attachments);
    to.putEvent(facts.transform);
    to.putEvent(facts.lastExecution);
    int size = to.buffer.position();
    to.room(CHECKSUM_SIZE).putInt(checksum(to.buffer.array(), size));
    return Arrays.copyOf(to.buffer.array(), size + CHECKSUM_SIZE);
  }

  static ChainDraft decode(byte[] bytes) {
    int size = bytes.length - CHECKSUM_SIZE;
    if (size < 4
        || ByteBuffer.wrap(bytes).getInt() != MAGIC
        || ByteBuffer.wrap(bytes).getInt(size) != checksum(bytes, size)) {
      throw corrupt(null);
    }
    try {
      ChainStateCodec from = new ChainStateCodec(ByteBuffer.wrap(bytes, 4, size - 4));
      ChainDraft facts = from.read();
      if (from.buffer.hasRemaining()) {
        throw corrupt(null);
      }
      return facts;
    } catch (BufferUnderflowException | DateTimeException | ClassCastException e) {
      throw corrupt(e);
    }
  }

  private ChainDraft read() {
    ChainDraft facts = new ChainDraft();
    facts.head = hash();
    facts.sequenceNumber = buffer.getLong();
    Instant systemTime = instant();
    facts.systemTime = systemTime == null ? Instant.MIN : systemTime;
    facts.seed = (Seed) event();
    facts.vocabulary = new Vocabulary(string(), string(), string(), string());
    SetDataSchema schema = (SetDataSchema) event();
    if (schema != null) {
      facts.set(schema);
    }
    sources(facts.pushSources);
    sources(facts.disabledPushSources);
    facts.pollingSource = (SetPollingSource) event();
    facts.hasDataBlock = flag();
    facts.lastOffset = flag() ? (Long) buffer.getLong() : null;
    facts.watermark = instant();
    facts.lastCheckpoint = hash();
    facts.lastSourceState = sourceState();
    for (int count = buffer.getInt(); count > 0; count--) {
      SourceState state = sourceState();
      if (state != null) {
        facts.sourceStates.put(state.sourceName(), state);
      }
    }
    facts.rowCount = buffer.getLong();
    facts.dataSize = buffer.getLong();
    facts.sliceCount = buffer.getLong();
    facts.info = (SetInfo) event();
    facts.license = (SetLicense) event();
    facts.attachments = (SetAttachments) event();
    facts.transform = (SetTransform) event();
    facts.lastExecution = (ExecuteTransform) event();
    return facts;
  }

  private static int checksum(byte[] bytes, int size) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, size);
    return (int) checksum.getValue();
  }

  private static CatchwaterException corrupt(@Nullable RuntimeException cause) {
    CatchwaterException corrupt =
        CatchwaterException.of(ErrorCode.CORRUPT, "Cached chain state is damaged or foreign");
    return cause == null ? corrupt : corrupt.withCause(cause);
  }

  private ByteBuffer room(int count) {
    if (buffer.remaining() < count) {
      int capacity = Math.max(2 * buffer.capacity(), buffer.position() + count);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }

  private void putFlag(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
  }

  private boolean flag() {
    return buffer.get() != 0;
  }

  private void putLong(long value) {
    room(8).putLong(value);
  }

  private void putOptionalLong(@Nullable Long value) {
    putFlag(value != null);
    if (value != null) {
      putLong(value);
    }
  }

  private void putInstant(@Nullable Instant value) {
    putFlag(value != null);
    if (value != null) {
      room(12).putLong(value.getEpochSecond()).putInt(value.getNano());
    }
  }

  private @Nullable Instant instant() {
    return flag() ? Instant.ofEpochSecond(buffer.getLong(), buffer.getInt()) : null;
  }

  private void putBytes(byte @Nullable [] value) {
    room(4).putInt(value == null ? -1 : value.length);
    if (value != null) {
      room(value.length).put(value);
    }
  }

  private byte @Nullable [] bytes() {
    int length = buffer.getInt();
    if (length < 0) {
      return null;
    }
    if (length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] value = new byte[length];
    buffer.get(value);
    return value;
  }

  private void putString(String value) {
    putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private String string() {
    byte[] value = bytes();
    if (value == null) {
      throw new BufferUnderflowException();
    }
    return new String(value, StandardCharsets.UTF_8);
  }

  private void putHash(@Nullable Multihash value) {
    putBytes(value == null ? null : value.toBytes());
  }

  private @Nullable Multihash hash() {
    byte[] value = bytes();
    return value == null ? null : Multihash.fromBytes(value);
  }

  private void putEvent(@Nullable MetadataEvent event) {
    putBytes(event == null ? null : MetadataBlockCodec.encodeEvent(event));
  }

  private @Nullable MetadataEvent event() {
    byte[] value = bytes();
    return value == null ? null : MetadataBlockCodec.decodeEvent(value);
  }

  private void putSources(Map<String, AddPushSource> sources) {
    room(4).putInt(sources.size());
    for (AddPushSource source : sources.values()) {
      putEvent(source);
    }
  }

  private void sources(Map<String, AddPushSource> into) {
    for (int count = buffer.getInt(); count > 0; count--) {
      AddPushSource source = (AddPushSource) event();
      if (source != null) {
        into.put(source.sourceName(), source);
      }
    }
  }

  private void putSourceState(@Nullable SourceState state) {
    putFlag(state != null);
    if (state != null) {
      putString(state.sourceName());
      putString(state.kind());
      putString(state.value());
    }
  }

  private @Nullable SourceState sourceState() {
    return flag() ? new SourceState(string(), string(), string()) : null;
  }
}
