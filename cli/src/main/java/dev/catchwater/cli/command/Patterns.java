package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Which datasets a command is about: names, with `%` for any run of characters where several may
/// be meant.
final class Patterns {
  /// The argument of [#oneOrAll].
  static final ArgumentSpec ONE_OR_ALL =
      new ArgumentSpec(
          "DATASET",
          "Name or id of a dataset, all where none is given",
          false,
          false,
          ArgumentSpec.Kind.DATASET);

  private Patterns() {}

  /// The dataset that the first argument names, all of the workspace where there is none.
  static List<Dataset> oneOrAll(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    return arguments.positionals().isEmpty()
        ? workspace.list()
        : List.of(workspace.require(arguments.positional(0)));
  }

  /// The datasets that any of the patterns names, each once, in the order of the patterns. A word
  /// without `%` must name one.
  static List<Dataset> select(Workspace workspace, List<String> patterns) {
    List<Dataset> selected = new ArrayList<>();
    for (String pattern : patterns) {
      if (pattern.indexOf('%') < 0) {
        add(selected, workspace.require(pattern));
        continue;
      }
      for (Dataset dataset : workspace.list()) {
        if (matches(pattern.toLowerCase(Locale.ROOT), dataset.name().lowerCase())) {
          add(selected, dataset);
        }
      }
    }
    return selected;
  }

  private static void add(List<Dataset> selected, Dataset dataset) {
    for (Dataset other : selected) {
      if (other.id().equals(dataset.id())) {
        return;
      }
    }
    selected.add(dataset);
  }

  /// Whether a text fits a pattern, in one pass with the last `%` as the place to go back to.
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        star = p++;
        mark = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '%') {
      p++;
    }
    return p == pattern.length();
  }
}
