package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hashes one top-level column; a struct has a digest for each of its leaves. Beside the hash, or
/// instead of it, there can be a sum: a checksum of the same bytes, much cheaper, to find out
/// whether a column is the same as another. Used by one thread at a time.
public final class ColumnHasher {
  private final List<LeafHasher> leaves = new ArrayList<>(1);
  private final boolean hashed;
  private final boolean summed;

  private ColumnHasher(DataType type, boolean hashed, boolean summed) {
    this.hashed = hashed;
    this.summed = summed;
    addLeaves(type);
  }

  /// For the hash alone.
  public static ColumnHasher hashing(DataType type) {
    return new ColumnHasher(type, true, false);
  }

  /// For hash and sum.
  public static ColumnHasher hashingAndSumming(DataType type) {
    return new ColumnHasher(type, true, true);
  }

  /// For the sum alone.
  public static ColumnHasher summing(DataType type) {
    return new ColumnHasher(type, false, true);
  }

  private void addLeaves(DataType type) {
    if (type.required() instanceof DataType.Struct struct) {
      for (DataField field : struct.fields()) {
        addLeaves(field.type());
      }
    } else {
      leaves.add(new LeafHasher(type.required(), hashed, summed));
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

  /// Whether the values that both were given are the same, as far as a sum of 64 bits for each leaf
  /// can tell.
  public boolean sumsEqual(ColumnHasher other) {
    boolean equal = leaves.size() == other.leaves.size();
    for (int i = 0; equal && i < leaves.size(); i++) {
      equal = leaves.get(i).sum() == other.leaves.get(i).sum();
    }
    return equal;
  }

  void finish(RecordDigest record) {
    for (LeafHasher leaf : leaves) {
      record.leaf(leaf.finish());
    }
  }
}
