package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.key.ReceiptKeys;
import dev.catchwater.storage.transfer.ReceiptCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Receipts and keys that somebody kept in files, and what a dataset of the workspace has of them.
final class KeptReceipts {
  private static final int BYTES_MAX = 1 << 20;

  private KeptReceipts() {}

  /// A small file, `-` for standard input.
  static String text(Session session, String file) throws IOException {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = session.stdin().readNBytes(BYTES_MAX);
    } else {
      try (InputStream in = Files.newInputStream(session.resolve(file))) {
        bytes = in.readNBytes(BYTES_MAX);
      } catch (NoSuchFileException e) {
        throw CatchwaterException.of(ErrorCode.OBJECT_NOT_FOUND, "There is no file " + file)
            .withCause(e);
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The keys of a workspace; none where nothing was signed in it, or there is none.
  static List<KnownKey> keys(Session session, @Nullable Workspace workspace) {
    return workspace == null
        ? List.of()
        : new ReceiptKeys(session.disk(), workspace.keysFolder(), new LateRandom()).known();
  }

  /// The keys to check with: what the option says, a key or a file with keys, or those of the
  /// workspace.
  static List<KnownKey> keys(Session session, @Nullable Workspace workspace, @Nullable String given)
      throws ReceiptException, IOException {
    if (given != null) {
      return KnownKey.parse(given.indexOf('+') > 0 ? given : text(session, given));
    }
    List<KnownKey> known = keys(session, workspace);
    if (known.isEmpty()) {
      throw new ReceiptException(
          "No key is known to check the signature with: name it with --key, as receipt key prints"
              + " it where the server runs");
    }
    return known;
  }

  /// Makes sure that a dataset of the workspace has what the receipt says.
  ///
  /// @throws ReceiptException naming what does not hold
  static ReceiptCheck.Finding require(
      Session session, Dataset dataset, Receipt receipt, List<KnownKey> keys)
      throws ReceiptException, IOException {
    ReceiptCheck check = ReceiptCheck.ofFolder(session.disk(), dataset.folder());
    ReceiptCheck.Finding finding = check.require(receipt, keys);
    ReceiptFacts.Offsets offsets = receipt.facts().offsets();
    if (finding == ReceiptCheck.Finding.NOT_SEALED
        && offsets != null
        && HotRows.of(dataset).nextOffset() <= offsets.end()) {
      throw ReceiptCheck.rewritten(
          receipt, "offset " + offsets.end() + " is neither in a block nor in the journal");
    }
    return finding;
  }
}
