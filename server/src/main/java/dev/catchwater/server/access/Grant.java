package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.identity.DatasetName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One scope of a token. Immutable.
///
/// @param dataset null for all of them, also those that are made later
/// @param source null for every source of the dataset; only of [Scope#APPEND]
public record Grant(Scope scope, @Nullable DatasetName dataset, @Nullable String source) {

  /// Reads `append:gps/mobile`, `read:gps`, or `query`, which is for all datasets.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`, `BAD_NAME`
  public static Grant parse(String text) {
    int colon = text.indexOf(':');
    Scope scope = scope(colon < 0 ? text : text.substring(0, colon));
    String where = colon < 0 ? "*" : text.substring(colon + 1);
    int slash = where.indexOf('/');
    String name = slash < 0 ? where : where.substring(0, slash);
    String source = slash < 0 ? null : where.substring(slash + 1);
    if (source != null && (scope != Scope.APPEND || source.isEmpty() || name.equals("*"))) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "The scope '" + text + "' cannot name a source")
          .withHint("only append goes by source: append:DATASET/SOURCE");
    }
    return new Grant(scope, name.equals("*") ? null : DatasetName.parse(name), source);
  }

  private static Scope scope(String word) {
    List<String> words = new ArrayList<>();
    for (Scope scope : Scope.values()) {
      if (scope.slug().equals(word)) {
        return scope;
      }
      words.add(scope.slug());
    }
    throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "There is no scope '" + word + "'")
        .withHint(Suggestion.hint(word, words));
  }

  boolean isOn(DatasetName name) {
    return dataset == null || dataset.equals(name);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    String where = dataset == null ? "" : ":" + dataset + (source == null ? "" : "/" + source);
    return scope.slug() + where;
  }
}
