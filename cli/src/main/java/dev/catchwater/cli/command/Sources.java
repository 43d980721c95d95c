package dev.catchwater.cli.command;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.Replicator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The push sources of a dataset, as the commands that change them see them.
final class Sources {
  private Sources() {}

  /// The source of that name, disabled ones included, or the only one.
  ///
  /// @throws CatchwaterException `SOURCE_NOT_FOUND`, or `SOURCE_AMBIGUOUS` where none is named and
  ///   there is not exactly one; both say which there are
  static AddPushSource require(ChainState state, @Nullable String name) {
    if (name == null) {
      return only(state);
    }
    AddPushSource source = state.pushSources().get(name);
    if (source == null) {
      source = state.disabledPushSources().get(name);
    }
    if (source == null) {
      throw hinted(
          CatchwaterException.of(ErrorCode.SOURCE_NOT_FOUND, "Source '" + name + "' not found"),
          names(state));
    }
    return source;
  }

  private static AddPushSource only(ChainState state) {
    if (state.pushSources().size() == 1) {
      return state.pushSources().values().iterator().next();
    }
    List<String> names = names(state);
    if (names.size() == 1) {
      return state.disabledPushSources().values().iterator().next();
    }
    throw hinted(
        CatchwaterException.of(
            ErrorCode.SOURCE_AMBIGUOUS,
            names.isEmpty()
                ? "Dataset has no push source"
                : "Explicit source name is required to pick between several push sources"),
        names);
  }

  /// The names of all sources, the active ones first.
  static List<String> names(ChainState state) {
    List<String> names = new ArrayList<>(state.pushSources().keySet());
    names.addAll(state.disabledPushSources().keySet());
    return names;
  }

  private static CatchwaterException hinted(CatchwaterException failure, List<String> names) {
    return names.isEmpty() ? failure : failure.withHint("sources: " + String.join(", ", names));
  }

  /// A warning about the datasets that are derived from one whose history is about to change, empty
  /// where there is none.
  static String derived(Workspace workspace, Dataset dataset) {
    List<String> names = new ArrayList<>();
    for (Dataset dependent : workspace.dependents(dataset)) {
      names.add(dependent.name().toString());
    }
    return names.isEmpty() ? "" : "; made from its present history: " + String.join(", ", names);
  }

  /// Refuses to write to a dataset that is a copy of another.
  ///
  /// @param action what is refused, as in kamu's message: `Ingesting data into`
  static void refuseCopies(Dataset dataset, String action) {
    List<String> aliases = Replicator.pullAliases(dataset);
    if (!aliases.isEmpty()) {
      throw CatchwaterException.of(
          ErrorCode.DIVERGED,
          action
              + " remote dataset will cause histories to diverge. Existing pull aliases: "
              + String.join(", ", aliases));
    }
  }
}
