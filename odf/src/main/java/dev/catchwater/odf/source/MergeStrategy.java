package dev.catchwater.odf.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a push is combined with what the dataset holds (ODF `MergeStrategy`; order = ordinal).
public sealed interface MergeStrategy {

  /// The kind as manifests spell it.
  default String kind() {
    return getClass().getSimpleName();
  }

  /// The ordinal of the kind in the union on disk, 1 to 5; see [MetadataEvent#code()].
  int code();

  /// The key columns; empty for Append.
  default List<String> primaryKey() {
    return List.of();
  }

  /// Every row is added.
  record Append() implements MergeStrategy {
    @Override
    public int code() {
      return 1;
    }
  }

  /// The first row of a key is added, later ones are dropped.
  record Ledger(List<String> primaryKey) implements MergeStrategy {
    @Override
    public int code() {
      return 2;
    }

    public Ledger {
      primaryKey = List.copyOf(primaryKey);
    }
  }

  /// The push is the whole state; differences are added.
  record Snapshot(List<String> primaryKey, @Nullable List<String> compareColumns)
      implements MergeStrategy {
    @Override
    public int code() {
      return 3;
    }

    public Snapshot {
      primaryKey = List.copyOf(primaryKey);
      compareColumns = compareColumns == null ? null : List.copyOf(compareColumns);
    }
  }

  /// The push already holds operations.
  record ChangelogStream(List<String> primaryKey) implements MergeStrategy {
    @Override
    public int code() {
      return 4;
    }

    public ChangelogStream {
      primaryKey = List.copyOf(primaryKey);
    }
  }

  /// The push holds new states of single keys.
  record UpsertStream(List<String> primaryKey) implements MergeStrategy {
    @Override
    public int code() {
      return 5;
    }

    public UpsertStream {
      primaryKey = List.copyOf(primaryKey);
    }
  }
}
