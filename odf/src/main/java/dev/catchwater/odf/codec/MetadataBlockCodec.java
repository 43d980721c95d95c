package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import java.time.Instant;

/// Metadata blocks to bytes and back: a FlatBuffer `Manifest{kind, version, content}` around a
/// FlatBuffer `MetadataBlock` (odf-format §3). A block's hash is the SHA3-256 of these bytes as
/// stored; a foreign block is never encoded again.
///
/// Stateless and thread-safe.
public final class MetadataBlockCodec {
  private static final long BLOCK_KIND = 0x400000;
  private static final int VERSION_UNALIGNED = 2;
  private static final int VERSION = 3;

  private MetadataBlockCodec() {}

  /// The bytes of a block, the same that kamu 0.265 writes for it.
  public static byte[] encode(MetadataBlock block) {
    FlatBufferBuilder inner = new FlatBufferBuilder(1024);
    int prevBlockHash = FlatScalars.hash(inner, block.prevBlockHash());
    int event = EventWriter.write(inner, block.event());
    inner.startTable(5);
    FlatScalars.addTimestamp(inner, 0, block.systemTime());
    inner.addOffset(1, prevBlockHash, 0);
    inner.addLong(2, block.sequenceNumber(), 0);
    SourceWriter.addUnion(inner, 3, block.event().code(), event);
    inner.finish(inner.endTable());

    FlatBufferBuilder outer = new FlatBufferBuilder(1024);
    int content = outer.createByteVector(inner.sizedByteArray());
    outer.startTable(3);
    outer.addLong(0, BLOCK_KIND, 0);
    outer.addInt(1, VERSION, 0);
    outer.addOffset(2, content, 0);
    outer.finish(outer.endTable());
    return outer.sizedByteArray();
  }

  /// The block in the bytes. Bytes that hold none are refused as `CORRUPT`, a version this program
  /// does not know as `UNSUPPORTED`; no bytes make it fail in another way.
  public static MetadataBlock decode(byte[] bytes) {
    FlatTable envelope = FlatTable.root(bytes, "Manifest");
    long kind = envelope.longAt(0, 0);
    if (kind != BLOCK_KIND) {
      throw FlatTable.corrupt("Not a metadata block: its kind is 0x" + Long.toHexString(kind));
    }
    int version = envelope.intAt(1, 0);
    if (version != VERSION && version != VERSION_UNALIGNED) {
      throw CatchwaterException.of(ErrorCode.UNSUPPORTED, "Metadata block has version " + version)
          .withHint("this program reads versions 2 and 3");
    }
    FlatTable table = FlatTable.root(envelope.bytes(2, "content"), "MetadataBlock");
    Instant systemTime = FlatScalars.timestamp(table, 0, "system_time");
    if (systemTime == null) {
      throw table.missing("system_time");
    }
    return new MetadataBlock(
        systemTime,
        EventReader.hash(table, 1, "prev_block_hash"),
        EventReader.unsigned(table, 2, "sequence_number"),
        EventReader.read(table, 3));
  }

  /// A single event as bytes, for caches that keep events outside of a chain.
  public static byte[] encodeEvent(MetadataEvent event) {
    FlatBufferBuilder to = new FlatBufferBuilder(512);
    int value = EventWriter.write(to, event);
    to.startTable(2);
    SourceWriter.addUnion(to, 0, event.code(), value);
    to.finish(to.endTable());
    return to.sizedByteArray();
  }

  /// What [#encodeEvent(MetadataEvent)] made; anything else is `CORRUPT`.
  public static MetadataEvent decodeEvent(byte[] bytes) {
    return EventReader.read(FlatTable.root(bytes, "Event"), 0);
  }
}
