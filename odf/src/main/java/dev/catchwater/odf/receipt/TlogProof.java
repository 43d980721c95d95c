package dev.catchwater.odf.receipt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// That a leaf is in a tree that somebody signed, as text (C2SP tlog-proof): the place of the leaf,
/// the hashes that lead to the root, and the signed checkpoint. Immutable.
///
/// @param index of the leaf, from 0
/// @param path hashes from the leaf's sibling up to the child of the root
/// @param checkpoint what is signed
/// @param note the signed checkpoint as text
public record TlogProof(long index, List<byte[]> path, Checkpoint checkpoint, String note) {
  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
  private static final String INDEX = "index ";
  private static final String SIGNATURE = "\u2014 ";
  private static final int SIGNATURE_BYTES = 64;
  private static final int CHARS_MAX = 1 << 16;

  public TlogProof {
    path = List.copyOf(path);
  }

  /// The text form.
  public String text() {
    return text(index, path, note);
  }

  /// The text form of a proof with this signed checkpoint.
  public static String text(long index, List<byte[]> path, String note) {
    StringBuilder text = new StringBuilder(64 + 45 * path.size());
    text.append(FIRST_LINE).append('\n').append(INDEX).append(index).append('\n');
    for (byte[] hash : path) {
      text.append(Base64Text.of(hash)).append('\n');
    }
    // Not into the builder: the dash in the note would make it twice as wide.
    return text.append('\n').toString().concat(note);
  }

  /// Reads the text form. A line `extra` is refused: nothing signs it.
  ///
  /// @throws ReceiptException if it is none; nothing is said about what it proves
  public static TlogProof parse(String text) throws ReceiptException {
    if (text.length() > CHARS_MAX) {
      throw new ReceiptException("The proof is longer than any proof is");
    }
    int end = text.indexOf("\n\n");
    int noteEnd = end < 0 ? -1 : text.indexOf("\n\n", end + 2);
    if (noteEnd < 0) {
      throw new ReceiptException("The proof has no signed checkpoint");
    }
    String[] lines = text.substring(0, end).split("\n", -1);
    if (lines.length < 2 || !lines[0].equals(FIRST_LINE) || !lines[1].startsWith(INDEX)) {
      throw new ReceiptException("The proof does not begin as " + FIRST_LINE + " does");
    }
    long index = Base64Text.number(lines[1].substring(INDEX.length()), "index of the proof");
    if (lines.length - 2 > MerkleTree.PATH_MAX) {
      throw new ReceiptException("The proof has more hashes than any tree has levels");
    }
    List<byte[]> path = new ArrayList<>(lines.length - 2);
    for (String line : Arrays.asList(lines).subList(2, lines.length)) {
      path.add(Base64Text.hash(line, "hash in the proof"));
    }
    String note = text.substring(end + 2);
    return new TlogProof(index, path, Checkpoint.parse(text.substring(end + 2, noteEnd + 1)), note);
  }

  /// Makes sure that the leaf is in the tree of that origin and that the key signed it. Signatures
  /// of other keys are passed over, as signed-note wants it.
  ///
  /// @throws ReceiptException naming what does not hold
  public void require(byte[] leafHash, String origin, VerifierKey key) throws ReceiptException {
    if (!checkpoint.origin().equals(origin)) {
      throw new ReceiptException(
          "The proof is of " + checkpoint.origin() + ", the receipt of " + origin);
    }
    requireSignature(key);
    if (!MerkleTree.includes(index, checkpoint.size(), leafHash, path, checkpoint.root())) {
      throw new ReceiptException(
          "The receipt is not in the tree that was signed: it, or its proof, was changed");
    }
  }

  private void requireSignature(VerifierKey key) throws ReceiptException {
    String body = checkpoint.text();
    String lines = note.substring(body.length() + 1);
    if (!lines.endsWith("\n")) {
      throw new ReceiptException("The last line of the proof is cut off");
    }
    String seen = "";
    for (String line : lines.substring(0, lines.length() - 1).split("\n", -1)) {
      int space = line.indexOf(' ', SIGNATURE.length());
      if (!line.startsWith(SIGNATURE) || space < 0) {
        throw new ReceiptException("The proof has a line that is no signature");
      }
      String name = line.substring(SIGNATURE.length(), space);
      byte[] bytes = Base64Text.read(line.substring(space + 1), "signature");
      if (bytes.length < VerifierKey.ID_BYTES) {
        throw new ReceiptException("The signature is too short");
      }
      byte[] id = Arrays.copyOf(bytes, VerifierKey.ID_BYTES);
      seen = name;
      if (name.equals(key.name()) && Arrays.equals(id, key.id())) {
        byte[] signature = Arrays.copyOfRange(bytes, VerifierKey.ID_BYTES, bytes.length);
        if (signature.length != SIGNATURE_BYTES || !key.verifies(body, signature)) {
          throw new ReceiptException("The signature is not one of this text by key " + key.name());
        }
        return;
      }
    }
    throw new ReceiptException(
        "The signature is by a key that is not known: " + seen + ", known is " + key.name());
  }
}
