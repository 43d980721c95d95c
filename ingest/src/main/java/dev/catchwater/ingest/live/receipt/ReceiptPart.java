package dev.catchwater.ingest.live.receipt;

import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.MerkleTree;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The bytes of a file of receipts that follow each other. Numbers are little-endian.
///
/// ```text
/// header   magic (8) · first number (8) · receipts n (4) · blocks m (4) · bytes of facts (8)
/// blocks   m × ( first number (8) · receipts (8) · length of hash (2) · hash, zeros to 40 )
/// check    crc32c of header and blocks (4) · zeros (4)
/// entries  n × ( leaf (32) · place in its group (4) · size of the group (4) · end of facts (8) )
/// facts    of each receipt, see FactsCodec
/// ```
///
/// Facts and leaf check each other; a file gets its name after it was forced.
final class ReceiptPart {
  static final long MAGIC = 0x3130_5450_4352_5743L; // "CWRCPT01"
  static final int HEADER_BYTES = 32;
  static final int BLOCK_BYTES = 58;
  static final int CHECK_BYTES = 8;
  static final int ENTRY_BYTES = 48;
  private static final int HASH_FIELD = 40;

  private ReceiptPart() {}

  /// A receipt as it is kept.
  ///
  /// @param facts as bytes, see [dev.catchwater.ingest.live.record.FactsCodec]
  /// @param index its place in its commit group
  /// @param groupSize how many receipts the group has
  record Entry(byte[] leaf, int index, int groupSize, byte[] facts) {}

  /// The receipts whose root is in a block: `first` and those behind it.
  record Range(long first, long size, Multihash block) {
    long end() {
      return first + size;
    }
  }

  /// What stands in front of the entries.
  record Head(long first, int count, long factsBytes, List<Range> blocks) {
    long end() {
      return first + count;
    }

    long entriesAt() {
      return headBytes(blocks.size());
    }

    long factsAt() {
      return entriesAt() + (long) count * ENTRY_BYTES;
    }
  }

  static int headBytes(int blocks) {
    return HEADER_BYTES + blocks * BLOCK_BYTES + CHECK_BYTES;
  }

  static byte[] encode(long first, List<Entry> entries, List<Range> blocks) {
    long factsBytes = 0;
    for (Entry entry : entries) {
      factsBytes += entry.facts.length;
    }
    int headBytes = headBytes(blocks.size());
    long size = headBytes + (long) entries.size() * ENTRY_BYTES + factsBytes;
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putLong(first).putInt(entries.size()).putInt(blocks.size());
    out.putLong(factsBytes);
    for (Range block : blocks) {
      byte[] hash = block.block.toBytes();
      out.putLong(block.first).putLong(block.size).putShort((short) hash.length);
      out.put(Arrays.copyOf(hash, HASH_FIELD));
    }
    out.putInt(checksum(out.array(), out.position())).putInt(0);
    long end = 0;
    for (Entry entry : entries) {
      end += entry.facts.length;
      out.put(entry.leaf).putInt(entry.index).putInt(entry.groupSize).putLong(end);
    }
    for (Entry entry : entries) {
      out.put(entry.facts);
    }
    return out.array();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /// How many blocks the head that begins with these bytes has.
  static int blocksOf(byte[] header) {
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    int blocks = in.getInt(20);
    if (in.getLong(0) != MAGIC || blocks < 0 || blocks > 1 << 24) {
      throw new IllegalArgumentException("magic");
    }
    return blocks;
  }

  /// Reads the head.
  ///
  /// @throws RuntimeException for bytes that are none
  static Head decodeHead(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int checked = head.length - CHECK_BYTES;
    if (in.getInt(checked) != checksum(head, checked)) {
      throw new IllegalArgumentException("checksum");
    }
    in.position(8);
    long first = in.getLong();
    int count = in.getInt();
    int blockCount = in.getInt();
    long factsBytes = in.getLong();
    List<Range> blocks = new ArrayList<>(blockCount);
    for (int i = 0; i < blockCount; i++) {
      long from = in.getLong();
      long size = in.getLong();
      int length = in.getShort();
      byte[] hash = new byte[HASH_FIELD];
      in.get(hash);
      blocks.add(new Range(from, size, Multihash.fromBytes(Arrays.copyOf(hash, length))));
    }
    return new Head(first, count, factsBytes, blocks);
  }

  /// All entries of a whole file.
  static List<Entry> decodeEntries(Head head, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int factsAt = Math.toIntExact(head.factsAt());
    if (bytes.length != factsAt + head.factsBytes) {
      throw new BufferUnderflowException();
    }
    List<Entry> entries = new ArrayList<>(head.count);
    long begin = 0;
    in.position(Math.toIntExact(head.entriesAt()));
    for (int i = 0; i < head.count; i++) {
      byte[] leaf = new byte[MerkleTree.HASH_BYTES];
      in.get(leaf);
      int index = in.getInt();
      int groupSize = in.getInt();
      long end = in.getLong();
      byte[] facts = Arrays.copyOfRange(bytes, (int) (factsAt + begin), (int) (factsAt + end));
      entries.add(new Entry(leaf, index, groupSize, facts));
      begin = end;
    }
    return entries;
  }
}
