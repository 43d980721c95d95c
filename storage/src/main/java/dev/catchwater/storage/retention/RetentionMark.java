package dev.catchwater.storage.retention;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.odf.schema.ExtraAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// What a block says of the rows before it that are not kept. Immutable.
///
/// @param firstOffset the first that is kept: slices that end before it may be gone
/// @param next when it is looked at again which may go
public record RetentionMark(long firstOffset, Instant next) {
  /// The attribute of a block's `extra`.
  public static final String KEY = "catchwater.dev/retention";

  /// What a block's `extra` says; null for nothing that we understand.
  public static @Nullable RetentionMark of(@Nullable ExtraAttributes extra) {
    if (extra == null
        || !extra.json().contains(KEY)
        || !(JsonTree.read(extra.json()) instanceof Tree.Fields all)
        || !(all.fields().get(KEY) instanceof Tree.Fields fields)
        || !(fields.fields().get("firstOffset") instanceof Tree.Literal first)
        || !(fields.fields().get("next") instanceof Tree.Text next)) {
      return null;
    }
    try {
      return new RetentionMark(Long.parseLong(first.spelling()), Instant.parse(next.value()));
    } catch (CatchwaterException | NumberFormatException | DateTimeParseException e) {
      return null; // of somebody who uses the same name
    }
  }

  /// An `extra` with the mark, and the policy it is of, in it.
  ///
  /// @param policy null where there is none any more
  ExtraAttributes in(@Nullable ExtraAttributes extra, @Nullable Retention policy) {
    Tree.Fields fields = new Tree.Fields();
    if (extra != null && JsonTree.read(extra.json()) instanceof Tree.Fields others) {
      fields.fields().putAll(others.fields());
    }
    Tree.Fields mark = new Tree.Fields().put("firstOffset", firstOffset).putText("next", next);
    fields.put(KEY, policy == null ? mark : mark.put("policy", policy.tree()));
    return new ExtraAttributes(CanonicalJson.of(fields));
  }
}
