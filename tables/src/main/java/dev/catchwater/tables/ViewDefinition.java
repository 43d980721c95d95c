package dev.catchwater.tables;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.Attachment;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which view a derivative dataset is. It stands in the dataset's own chain, as the attachment
/// `streamsql.json`. Immutable.
///
/// @param name as its owner gave it
/// @param isTable whether rows of it change; else they are only appended
/// @param query as its owner wrote it
/// @param outputColumns names of the columns
/// @param primaryKey those of them that tell rows apart; none where nothing does
public record ViewDefinition(
    String name,
    boolean isTable,
    String query,
    List<Dependency> dependencies,
    List<String> outputColumns,
    List<String> primaryKey) {
  private static final String KIND = "View";

  /// A stream, table or view that the query reads.
  ///
  /// @param name as it stands in the query
  /// @param version of an immutable table, null for anything else
  public record Dependency(String name, @Nullable Integer version) {}

  public ViewDefinition {
    dependencies = List.copyOf(dependencies);
    outputColumns = List.copyOf(outputColumns);
    primaryKey = List.copyOf(primaryKey);
  }

  /// `stream` or `table`.
  public String kind() {
    return isTable ? "table" : "stream";
  }

  Attachment attachment() {
    List<Tree> items = new ArrayList<>();
    for (Dependency dependency : dependencies) {
      Integer version = dependency.version();
      items.add(
          new Tree.Fields()
              .put("name", dependency.name())
              .put("version", new Tree.Literal(version == null ? "null" : version.toString())));
    }
    Tree.Fields fields =
        Tree.Fields.ofKind(KIND)
            .put("name", name)
            .put("table", isTable)
            .put("query", query)
            .put("dependencies", new Tree.Items(items))
            .put("outputColumns", outputColumns)
            .put("primaryKey", primaryKey);
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, fields);
    return new Attachment(Definition.PATH, json.toString());
  }

  /// What a chain says that its dataset is; null where it is no view.
  static @Nullable ViewDefinition of(ChainState state) {
    SetAttachments attachments = state.attachments();
    if (attachments == null || state.transform() == null) {
      return null;
    }
    for (Attachment attachment : attachments.items()) {
      if (attachment.path().equals(Definition.PATH)
          && JsonTree.read(attachment.content()) instanceof Tree.Fields fields) {
        return of(fields);
      }
    }
    return null;
  }

  private static @Nullable ViewDefinition of(Tree.Fields fields) {
    if (!(fields.fields().get("kind") instanceof Tree.Text kind)
        || !kind.value().equals(KIND)
        || !(fields.fields().get("name") instanceof Tree.Text name)
        || !(fields.fields().get("query") instanceof Tree.Text query)
        || !(fields.fields().get("table") instanceof Tree.Literal isTable)
        || !(fields.fields().get("dependencies") instanceof Tree.Items items)) {
      return null;
    }
    List<Dependency> dependencies = new ArrayList<>();
    for (Tree item : items.items()) {
      if (item instanceof Tree.Fields one
          && one.fields().get("name") instanceof Tree.Text dependency) {
        dependencies.add(new Dependency(dependency.value(), number(one.fields().get("version"))));
      }
    }
    return new ViewDefinition(
        name.value(),
        isTable.spelling().equals("true"),
        query.value(),
        dependencies,
        texts(fields.fields().get("outputColumns")),
        texts(fields.fields().get("primaryKey")));
  }

  private static @Nullable Integer number(@Nullable Tree tree) {
    return tree instanceof Tree.Literal literal && !literal.spelling().equals("null")
        ? Integer.valueOf(literal.spelling())
        : null;
  }

  private static List<String> texts(@Nullable Tree tree) {
    List<String> texts = new ArrayList<>();
    if (tree instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        if (item instanceof Tree.Text text) {
          texts.add(text.value());
        }
      }
    }
    return texts;
  }
}
