package dev.catchwater.flight;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Scope;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// What is in the workspace, in the words of a database: no catalog, one schema, a table for each
/// dataset that the caller may read or ask by SQL. Thread-safe.
final class Catalog {
  /// The schema that all tables are in; a statement may leave it out.
  static final String SCHEMA = "main";

  /// The type of all tables.
  static final String TABLE = "TABLE";

  private final Workspace workspace;

  Catalog(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Whether a filter on catalogs lets our tables through, which are in none.
  static boolean isOurs(@Nullable String catalog) {
    return catalog == null || catalog.isEmpty();
  }

  /// The tables whose names are like a pattern, in the order of their names.
  List<Dataset> tables(Access access, @Nullable String pattern) {
    List<Dataset> found = new ArrayList<>();
    for (Dataset dataset : workspace.list()) {
      boolean isShown =
          access.has(Scope.QUERY, dataset.name()) || access.has(Scope.READ, dataset.name());
      if (isShown && (pattern == null || isLike(dataset.name().toString(), pattern))) {
        found.add(dataset);
      }
    }
    found.sort(Comparator.comparing(dataset -> dataset.name().toString()));
    return found;
  }

  /// The columns of a table, none where nothing was pushed yet or the dataset is broken.
  static Schema columns(Dataset dataset) {
    try {
      DataSchema schema = dataset.state().schema();
      return schema == null ? new Schema(List.of()) : ArrowTypes.schema(ResultTypes.of(schema));
    } catch (CatchwaterException e) {
      // One that is broken does not hide the others; a statement over it says what is wrong.
      return new Schema(List.of());
    }
  }

  /// The columns whose values tell the rows of a table apart. Only a Ledger has such: of the other
  /// strategies the history has a key's rows again and again.
  static List<String> key(Dataset dataset) {
    List<String> key = List.of();
    try {
      ChainState state = dataset.state();
      for (AddPushSource source : state.pushSources().values()) {
        List<String> own = source.merge().primaryKey();
        if (!(source.merge() instanceof MergeStrategy.Ledger)
            || (!key.isEmpty() && !key.equals(own))) {
          return List.of();
        }
        key = own;
      }
    } catch (CatchwaterException e) {
      return List.of();
    }
    return key;
  }

  /// Whether a name is like a pattern of SQL: `%` is any text, `_` any character, `\` before one of
  /// them takes it as it is.
  static boolean isLike(String name, String pattern) {
    int at = 0;
    int p = 0;
    // Where to go on when it does not fit: behind the last `%`, one character later.
    int again = -1;
    int afterStar = -1;
    while (true) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        p++;
        again = at;
        afterStar = p;
      } else if (p < pattern.length() && at < name.length() && fits(name, at, pattern, p)) {
        p += isEscape(pattern, p) ? 2 : 1;
        at++;
      } else if (p == pattern.length() && at == name.length()) {
        return true;
      } else if (again < 0 || again == name.length()) {
        return false;
      } else {
        again++;
        at = again;
        p = afterStar;
      }
    }
  }

  private static boolean fits(String name, int at, String pattern, int p) {
    return isEscape(pattern, p)
        ? pattern.charAt(p + 1) == name.charAt(at)
        : pattern.charAt(p) == '_' || pattern.charAt(p) == name.charAt(at);
  }

  private static boolean isEscape(String pattern, int p) {
    return pattern.charAt(p) == '\\' && p + 1 < pattern.length();
  }
}
