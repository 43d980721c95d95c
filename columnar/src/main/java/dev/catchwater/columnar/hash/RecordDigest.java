package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The outer digest: names and levels of all fields, then the digest of each leaf.
final class RecordDigest {
  private final MessageDigest digest = Multihash.newSha3();
  private final ByteSink sink = new ByteSink(256);

  void field(DataField field, int level) {
    byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
    sink.putLong(name.length);
    sink.put(name, 0, name.length);
    sink.putLong(level);
    if (field.type().required() instanceof DataType.Struct struct) {
      for (DataField child : struct.fields()) {
        field(child, level + 1);
      }
    }
  }

  void leaf(byte[] leafDigest) {
    sink.put(leafDigest, 0, leafDigest.length);
  }

  Multihash finish() {
    digest.update(sink.array(), 0, sink.size());
    return Multihash.of(Multihash.ARROW0_SHA3_256, digest.digest());
  }
}
