package dev.catchwater.server.api;

import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Scope;
import dev.catchwater.storage.Dataset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a caller may push, and what of it he is told. Stateless.
public final class PushRights {
  // What kamu calls a source that has no name of its own.
  private static final String DEFAULT = "default";

  private PushRights() {}

  /// The source that rows go to, as far as it is clear, once the caller may push into it.
  ///
  /// @param named by the caller, null where he named none
  /// @return null where he named none and there is not one alone; the push is refused for that
  /// @throws dev.catchwater.odf.error.CatchwaterException `FORBIDDEN`
  static @Nullable String source(
      Premises premises, Access access, Dataset dataset, @Nullable String named) {
    if (access.isOpen()) {
      return named;
    }
    Map<String, AddPushSource> sources = premises.live().dataset(dataset).state().pushSources();
    String source =
        named == null && sources.size() == 1 ? sources.keySet().iterator().next() : named;
    access.require(Scope.APPEND, dataset.name(), source == null ? DEFAULT : source);
    return source;
  }

  /// Whether a caller may be told what became of his rows. Into a source with a key, how many were
  /// new tells which keys are there (reliability §6, TH6): that needs the scope to read.
  public static boolean tellsAll(
      Premises premises, Access access, Dataset dataset, @Nullable String source) {
    if (access.has(Scope.READ, dataset.name())) {
      return true;
    }
    AddPushSource known =
        source == null ? null : premises.live().dataset(dataset).state().pushSources().get(source);
    return known != null && known.merge() instanceof MergeStrategy.Append;
  }
}
