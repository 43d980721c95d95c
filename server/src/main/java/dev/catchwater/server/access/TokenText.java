package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A token as it is written down: `cw_` and, in lower-case base32 without padding (RFC 4648), 16
/// bytes of id, 16 of secret, and the CRC-32 of both (reliability §8.2). The checksum lets whoever
/// sends it find a slip of the pen first, and scanners find what leaked. Immutable; its text form
/// is by [#reveal()] only.
public final class TokenText {
  /// What every token begins with.
  public static final String PREFIX = "cw_";

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int PART = 16;
  private static final int BYTES = 2 * PART + Integer.BYTES;
  private static final int LENGTH = PREFIX.length() + (BYTES * 8 + 4) / 5;

  private final byte[] bytes;

  private TokenText(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A new one.
  ///
  /// @param random must not be predictable
  public static TokenText create(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    int crc = checksum(bytes);
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[2 * PART + i] = (byte) (crc >>> (24 - 8 * i));
    }
    return new TokenText(bytes);
  }

  /// Reads one; null for anything else, also one with another case or a wrong checksum.
  public static @Nullable TokenText find(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
      return null;
    }
    byte[] bytes = new byte[BYTES];
    int held = 0;
    int bits = 0;
    int at = 0;
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      if (value < 0) {
        return null;
      }
      held = held << 5 | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (held >>> bits);
        held &= (1 << bits) - 1;
      }
    }
    int crc = 0;
    for (int i = 2 * PART; i < BYTES; i++) {
      crc = crc << 8 | (bytes[i] & 0xff);
    }
    return held == 0 && crc == checksum(bytes) ? new TokenText(bytes) : null;
  }

  /// Refuses, before it is sent, what is no token.
  ///
  /// @param from where it was found, `--token-file x`; the text itself is never in a message
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static TokenText require(String text, String from) {
    TokenText found = find(text);
    if (found != null) {
      return found;
    }
    throw CatchwaterException.of(
            ErrorCode.BAD_ARGUMENT,
            text.startsWith(PREFIX)
                ? "The token of " + from + " has a typo: its checksum is wrong"
                : "The token of " + from + " does not begin with " + PREFIX)
        .withHint("copy it again, as token create showed it; it was not sent");
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, 2 * PART);
    return (int) crc.getValue();
  }

  private static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int held = 0;
    int bits = 0;
    for (byte next : bytes) {
      held = held << 8 | (next & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(ALPHABET.charAt(held >>> bits & 31));
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(held << (5 - bits) & 31));
    }
    return text.toString();
  }

  /// The part that is no secret: 26 characters.
  public String id() {
    return base32(Arrays.copyOf(bytes, PART));
  }

  /// Id and secret, for a hash of them.
  byte[] secret() {
    return Arrays.copyOf(bytes, 2 * PART);
  }

  /// The whole token. To be shown once, to whom it was made for.
  public String reveal() {
    return PREFIX + base32(bytes);
  }

  /// The id: a token does not get into logs by accident.
  @Override
  public String toString() {
    return PREFIX + id() + "…";
  }
}
