package dev.catchwater.connectors.files;

import dev.catchwater.ingest.seal.SourcePositions;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which versions of which files are in a dataset, as its source state says: `{"files":{ADDRESS:
/// {"etag":…,"length":…,"modified":…,"sha256":…}}}`. What others keep beside `files` stays as it
/// is. Immutable.
public final class FilePositions implements SourcePositions {
  /// The kind of our source states.
  public static final String KIND = "dev.catchwater/positions";

  /// How many files are remembered; every block carries all of them.
  public static final int FILES_MAX = 1_000;

  private static final String FILES = "files";

  private final List<CopiedFile> copied;

  /// What is to be said once the rows of these files are stored.
  public FilePositions(List<CopiedFile> copied) {
    this.copied = List.copyOf(copied);
  }

  /// The version of a file that is known, or null.
  public static @Nullable FileVersion known(@Nullable SourceState state, String address) {
    Tree.Fields entry = entry(state, address);
    return entry == null
        ? null
        : new FileVersion(
            text(entry, "etag"), number(text(entry, "length")), text(entry, "modified"));
  }

  /// Whether a file that was copied has the bytes that are known of its address.
  public static boolean isKnown(@Nullable SourceState state, CopiedFile file) {
    Tree.Fields entry = entry(state, file.address());
    return entry != null
        && file.sha256().equals(text(entry, "sha256"))
        && number(text(entry, "length")) == file.size();
  }

  @Override
  public SourceState after(String sourceName, @Nullable SourceState before) {
    Tree.Fields all = fields(before);
    Tree.Fields files = new Tree.Fields();
    if (all.fields().get(FILES) instanceof Tree.Fields known) {
      files.fields().putAll(known.fields());
    }
    for (CopiedFile file : copied) {
      files.fields().remove(file.address()); // the newest last
      files.put(
          file.address(),
          new Tree.Fields()
              .put("etag", file.version().etag())
              .put("length", file.size())
              .put("modified", file.version().modified())
              .put("sha256", file.sha256()));
    }
    while (files.fields().size() > FILES_MAX) {
      files.fields().remove(files.fields().keySet().iterator().next());
    }
    Tree.Fields next = new Tree.Fields();
    next.fields().putAll(all.fields());
    next.fields().put(FILES, files);
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, next);
    return new SourceState(sourceName, KIND, text.toString());
  }

  private static Tree.@Nullable Fields entry(@Nullable SourceState state, String address) {
    return fields(state).fields().get(FILES) instanceof Tree.Fields files
            && files.fields().get(address) instanceof Tree.Fields entry
        ? entry
        : null;
  }

  /// Nothing where another kind of state is: it is not ours to read.
  private static Tree.Fields fields(@Nullable SourceState state) {
    Tree tree = state != null && state.kind().equals(KIND) ? JsonTree.read(state.value()) : null;
    return tree instanceof Tree.Fields fields ? fields : new Tree.Fields();
  }

  private static @Nullable String text(Tree.Fields entry, String name) {
    Tree value = entry.fields().get(name);
    if (value instanceof Tree.Text text) {
      return text.value();
    }
    return value instanceof Tree.Literal(String spelling) && !spelling.equals("null")
        ? spelling
        : null;
  }

  private static long number(@Nullable String text) {
    if (text != null) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException _) {
        // Not written by us: not known.
      }
    }
    return -1;
  }
}
