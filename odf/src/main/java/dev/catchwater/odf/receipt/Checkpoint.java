package dev.catchwater.odf.receipt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a signature says of a tree (C2SP tlog-checkpoint): whose it is, how many leaves it has,
/// their root. Immutable; the array is not to be changed.
///
/// @param origin names the tree; two trees of one origin and size are the same tree
/// @param size leaves, at least one
public record Checkpoint(String origin, long size, byte[] root) {
  private static final int LINES = 3;

  /// The lines that are signed, each with its line feed.
  public String text() {
    return origin + "\n" + size + "\n" + Base64Text.of(root) + "\n";
  }

  /// Reads the lines.
  static Checkpoint parse(String text) throws ReceiptException {
    String[] lines = text.split("\n", -1);
    if (lines.length != LINES + 1 || !lines[LINES].isEmpty() || lines[0].isEmpty()) {
      throw new ReceiptException("A checkpoint has three lines: origin, size and root");
    }
    long size = Base64Text.number(lines[1], "size of the tree");
    return new Checkpoint(lines[0], size, Base64Text.hash(lines[2], "root of the tree"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Checkpoint that
        && origin.equals(that.origin)
        && size == that.size
        && Arrays.equals(root, that.root);
  }

  @Override
  public int hashCode() {
    return 31 * origin.hashCode() + Arrays.hashCode(root);
  }
}
