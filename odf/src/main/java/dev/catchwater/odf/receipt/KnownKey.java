package dev.catchwater.odf.receipt;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A public key with the time up to which it signs: `<name>+<id>+<base64>`, and of a key that was
/// replaced ` until <time>` or ` revoked <time>`. Immutable.
///
/// @param until receipts that were accepted later are not by this key's holder; null for a key that
///   is in use
/// @param isRevoked whether others may have had the key after that time: then nothing without a
///   time that it signed is believed
public record KnownKey(VerifierKey key, @Nullable Instant until, boolean isRevoked) {
  private static final String UNTIL = "until";
  private static final String REVOKED = "revoked";

  /// A key that is in use.
  public static KnownKey inUse(VerifierKey key) {
    return new KnownKey(key, null, false);
  }

  /// Reads keys, one a line.
  ///
  /// @throws ReceiptException if a line is none, or there is no line
  public static List<KnownKey> parse(String text) throws ReceiptException {
    List<KnownKey> keys = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank()) {
        keys.add(parseLine(line.strip()));
      }
    }
    if (keys.isEmpty()) {
      throw new ReceiptException("There is no key");
    }
    return List.copyOf(keys);
  }

  private static KnownKey parseLine(String line) throws ReceiptException {
    String[] words = line.split(" ", -1);
    if (words.length == 1) {
      return inUse(VerifierKey.parse(line));
    }
    if (words.length != 3 || !(words[1].equals(UNTIL) || words[1].equals(REVOKED))) {
      throw new ReceiptException(
          "A line of keys is <key>, <key> until <time>, <key> revoked <time>");
    }
    try {
      return new KnownKey(
          VerifierKey.parse(words[0]), Instant.parse(words[2]), words[1].equals(REVOKED));
    } catch (DateTimeException e) {
      throw new ReceiptException("The end of a key is no time: " + words[2]);
    }
  }

  /// The key with that id.
  static Optional<KnownKey> find(List<KnownKey> keys, String idText) {
    for (KnownKey known : keys) {
      if (known.key.idText().equals(idText)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /// Makes sure that the key was in use.
  ///
  /// @throws ReceiptException where it was not any more
  void requireInUse(Instant time) throws ReceiptException {
    if (until != null && time.isAfter(until)) {
      throw new ReceiptException(
          "The receipt is of "
              + time
              + "; its key "
              + key.idText()
              + (isRevoked ? " was revoked since " : " was replaced at ")
              + until
              + " and signs nothing later");
    }
  }

  /// The text form.
  @Override
  public String toString() {
    return until == null ? key.toString() : key + (isRevoked ? " revoked " : " until ") + until;
  }
}
