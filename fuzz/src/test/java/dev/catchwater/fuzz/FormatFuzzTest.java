package dev.catchwater.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.odf.schema.DdlSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/// What else reads foreign bytes: manifests, schemas in DDL, metadata blocks, cached states.
class FormatFuzzTest {
  private static final int CHECKSUM_BYTES = 4;

  @FuzzTest
  void manifest(byte[] input) {
    Limits.hold(() -> Manifests.readSnapshots("m.yaml", input));
  }

  @FuzzTest
  void ddl(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Limits.hold(() -> DdlSchema.parse(Arrays.asList(text.split("\n", -1))));
  }

  /// What was decoded can be encoded, and says the same then.
  @FuzzTest
  void block(byte[] input) {
    Limits.hold(
        () -> {
          MetadataBlock block = MetadataBlockCodec.decode(input);
          byte[] bytes = MetadataBlockCodec.encode(block);
          if (!Arrays.equals(MetadataBlockCodec.encode(MetadataBlockCodec.decode(bytes)), bytes)) {
            throw new AssertionError("another block after a round trip: " + block);
          }
        },
        Set.of(ErrorCode.CORRUPT));
  }

  /// The checksum is made right, so that what is behind it is reached.
  @FuzzTest
  void chainState(byte[] input) {
    if (input.length < CHECKSUM_BYTES) {
      return;
    }
    byte[] bytes = input.clone();
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
    ByteBuffer.wrap(bytes).putInt(bytes.length - CHECKSUM_BYTES, (int) checksum.getValue());
    Limits.hold(() -> ChainState.fromBytes(bytes), Set.of(ErrorCode.CORRUPT));
  }
}
