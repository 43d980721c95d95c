package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hashes one top-level column; a struct has a digest for each of its leaves. Used by one thread at
/// a time.
public final class ColumnHasher {
  private final List<LeafHasher> leaves = new ArrayList<>(1);

  public ColumnHasher(DataType type) {
    addLeaves(type);
  }

  private void addLeaves(DataType type) {
    if (type.required() instanceof DataType.Struct struct) {
      for (DataField field : struct.fields()) {
        addLeaves(field.type());
      }
    } else {
      leaves.add(new LeafHasher(type.required()));
    }
  }

  /// Adds the rows of the column.
  public void update(Column column) {
    int next = update(column, null, 0);
    if (next != leaves.size()) {
      throw new IllegalArgumentException(next + " leaves in a column of " + leaves.size());
    }
  }

  private int update(Column column, long @Nullable [] outer, int leaf) {
    long[] bits = both(outer, column.validity(), column.rowCount());
    if (column instanceof Column.Structs structs) {
      int next = leaf;
      for (Column child : structs.children()) {
        next = update(child, bits, next);
      }
      return next;
    }
    leaves.get(leaf).update(column, bits);
    return leaf + 1;
  }

  private static long @Nullable [] both(
      long @Nullable [] outer, long @Nullable [] own, int rowCount) {
    if (outer == null || own == null) {
      return outer == null ? own : outer;
    }
    long[] bits = new long[(rowCount + 63) >> 6];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = outer[i] & own[i];
    }
    return bits;
  }

  void finish(RecordDigest record) {
    for (LeafHasher leaf : leaves) {
      record.leaf(leaf.finish());
    }
  }
}
