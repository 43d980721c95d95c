package dev.catchwater.query.transform;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.Attachment;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.util.ArrayList;
import java.util.List;

/// What `SetTransform` has no place for: which inputs are tables and what tells rows of the result
/// apart. It stands in the derivative's own chain, as the attachment `view.json`, so that every
/// copy is replayed in the same way. Immutable.
///
/// @param tables aliases of inputs that are read whole in every run, as they stand then; rows that
///   were made from other rows of theirs stay
/// @param primaryKey columns of the result; none where only whole rows are compared
public record ViewTerms(List<String> tables, List<String> primaryKey) {
  /// The name of the attachment.
  public static final String PATH = "view.json";

  private static final ViewTerms NONE = new ViewTerms(List.of(), List.of());

  public ViewTerms {
    tables = List.copyOf(tables);
    primaryKey = List.copyOf(primaryKey);
  }

  /// The attachment.
  public Attachment attachment() {
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, new Tree.Fields().put("tables", tables).put("primaryKey", primaryKey));
    return new Attachment(PATH, json.toString());
  }

  /// What a chain says; nothing where it has no such attachment, or one that is none.
  static ViewTerms of(ChainState state) {
    SetAttachments attachments = state.attachments();
    if (attachments != null) {
      for (Attachment attachment : attachments.items()) {
        if (attachment.path().equals(PATH)
            && JsonTree.read(attachment.content()) instanceof Tree.Fields fields) {
          return new ViewTerms(texts(fields, "tables"), texts(fields, "primaryKey"));
        }
      }
    }
    return NONE;
  }

  private static List<String> texts(Tree.Fields fields, String name) {
    List<String> texts = new ArrayList<>();
    if (fields.fields().get(name) instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        if (item instanceof Tree.Text text) {
          texts.add(text.value());
        }
      }
    }
    return texts;
  }

  boolean isTable(String alias) {
    return tables.stream().anyMatch(alias::equalsIgnoreCase);
  }
}
