package dev.catchwater.ingest.index;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The files of an index: whatever they hold, they are taken or noticed to be damaged.
public class IndexFuzzTest {
  private static final int CHECKSUM_BYTES = 4;

  /// The checksum is made right, so that what is behind it is reached.
  @FuzzTest
  public void indexManifest(byte[] input) {
    if (input.length < CHECKSUM_BYTES) {
      return;
    }
    byte[] bytes = input.clone();
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - CHECKSUM_BYTES, (int) checksum.getValue());
    try {
      IndexManifest manifest = IndexManifest.fromBytes(bytes);
      if (!IndexManifest.fromBytes(manifest.toBytes()).equals(manifest)) {
        throw new AssertionError("another manifest after a round trip");
      }
    } catch (DamagedIndexException _) {
      // Noticed: the index is made anew.
    }
  }
}
