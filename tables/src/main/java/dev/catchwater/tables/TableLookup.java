package dev.catchwater.tables;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the datasets of tables by their names. Thread-safe.
final class TableLookup {
  private final Catalog catalog;

  TableLookup(Catalog catalog) {
    this.catalog = catalog;
  }

  /// The versions of a table that have their rows, by number.
  List<Catalog.Entry> versions(GivenName name) {
    List<Catalog.Entry> versions = new ArrayList<>();
    for (Catalog.Entry entry : catalog.versions(name)) {
      if (catalog.isWhole(entry)) {
        versions.add(entry);
      }
    }
    return versions;
  }

  static CatchwaterException notFound(String name) {
    return CatchwaterException.of(ErrorCode.TABLE_NOT_FOUND, "Table not found: " + name);
  }

  Catalog.@Nullable Entry findDynamic(GivenName name) {
    Catalog.Entry entry = catalog.find(name.dataset());
    return entry != null
            && entry.definition() instanceof Definition.DynamicTable table
            && name.isSame(table.name())
        ? entry
        : null;
  }

  static List<String> primaryKey(Definition definition) {
    return switch (definition) {
      case Definition.DynamicTable table -> table.primaryKey();
      case Definition.TableVersion version -> version.primaryKey();
      case Definition.Stream _ -> List.of();
    };
  }

  /// The dataset of a table whose rows change.
  ///
  /// @throws CatchwaterException `TABLE_NOT_FOUND`, `TABLE_IMMUTABLE`
  Catalog.Entry dynamic(String name) {
    GivenName given = GivenName.find(name);
    Catalog.Entry entry = given == null ? null : findDynamic(given);
    if (entry != null) {
      return entry;
    }
    if (given == null || versions(given).isEmpty()) {
      throw notFound(name);
    }
    throw CatchwaterException.of(
            ErrorCode.TABLE_IMMUTABLE, "Table '" + given + "' does not change any more")
        .withHint("make its next version with the rows as they are to be");
  }

  static List<String> keyOf(Catalog.Entry entry) {
    List<String> key = primaryKey(entry.definition());
    if (key.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "Table '" + entry.definition().name() + "' was made without a primary key")
          .withHint("read it as the dataset " + entry.dataset().name());
    }
    return key;
  }

  Catalog.Entry readable(String name, @Nullable Integer version) {
    GivenName given = GivenName.find(name);
    if (given == null) {
      throw notFound(name);
    }
    Catalog.Entry dynamic = version == null ? findDynamic(given) : null;
    if (dynamic != null) {
      return dynamic;
    }
    if (version != null) {
      Catalog.Entry named = catalog.find(given.version(version));
      if (named != null
          && named.definition() instanceof Definition.TableVersion known
          && given.isSame(known.name())
          && catalog.isWhole(named)) {
        return named;
      }
    }
    return newest(given, version);
  }

  private Catalog.Entry newest(GivenName name, @Nullable Integer missing) {
    if (missing == null) {
      Catalog.Entry newest = catalog.newest(name);
      if (newest == null) {
        throw notFound(name.shown());
      }
      return newest;
    }
    if (findDynamic(name) != null && versions(name).isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.NOT_VERSIONED, "Table '" + name + "' changes and has no versions")
          .withHint("leave the version out, or freeze the table to make one");
    }
    throw notFound(name + ", version " + missing);
  }
}
