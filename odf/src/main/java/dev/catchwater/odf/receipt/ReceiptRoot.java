package dev.catchwater.odf.receipt;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.schema.ExtraAttributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a block says of the receipts of the pushes in it: the root of a tree whose leaves are those
/// receipts in their order. Stands in the block's `extra` under [#KEY]. Immutable; the array is not
/// to be changed.
///
/// @param first the number of the first receipt
/// @param size how many there are
/// @param keyId of the key that the last of them is signed with
public record ReceiptRoot(long first, long size, byte[] root, String keyId) {
  /// The name in a block's `extra`.
  public static final String KEY = "catchwater.dev/receipts";

  /// As a block's `extra`, names sorted.
  public ExtraAttributes toExtra() {
    Tree.Fields fields =
        new Tree.Fields()
            .put("first", first)
            .put("keyId", keyId)
            .put("root", Base64Text.of(root))
            .put("size", size);
    StringBuilder text = new StringBuilder(160);
    JsonTree.write(text, new Tree.Fields().put(KEY, fields));
    return new ExtraAttributes(text.toString());
  }

  /// What the `extra` of a block says; null where it says nothing of receipts that we understand.
  public static @Nullable ReceiptRoot of(@Nullable ExtraAttributes extra) {
    if (extra == null
        || !(JsonTree.read(extra.json()) instanceof Tree.Fields all)
        || !(all.fields().get(KEY) instanceof Tree.Fields fields)
        || !(fields.fields().get("first") instanceof Tree.Literal first)
        || !(fields.fields().get("size") instanceof Tree.Literal size)
        || !(fields.fields().get("root") instanceof Tree.Text root)
        || !(fields.fields().get("keyId") instanceof Tree.Text keyId)) {
      return null;
    }
    try {
      return new ReceiptRoot(
          Base64Text.number(first.spelling(), "first"),
          Base64Text.number(size.spelling(), "size"),
          Base64Text.hash(root.value(), "root"),
          keyId.value());
    } catch (ReceiptException e) {
      return null; // of somebody who uses the same name
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReceiptRoot that
        && first == that.first
        && size == that.size
        && Arrays.equals(root, that.root)
        && keyId.equals(that.keyId);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(root);
  }
}
