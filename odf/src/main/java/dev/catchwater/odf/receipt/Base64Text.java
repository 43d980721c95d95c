package dev.catchwater.odf.receipt;

import java.util.Base64;

/// Base64 as the C2SP formats have it (RFC 4648 §4), each value in its one spelling only.
final class Base64Text {
  private Base64Text() {}

  static String of(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static byte[] read(String text, String what) throws ReceiptException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // Bits behind the last byte may be anything to the decoder.
      if (of(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new ReceiptException("The " + what + " is not base64");
  }

  static byte[] hash(String text, String what) throws ReceiptException {
    byte[] bytes = read(text, what);
    if (bytes.length != MerkleTree.HASH_BYTES) {
      throw new ReceiptException("The " + what + " has " + bytes.length + " bytes, not 32");
    }
    return bytes;
  }

  /// A number in its one spelling: no sign, no leading zeros.
  static long number(String text, String what) throws ReceiptException {
    boolean isNumber = !text.isEmpty() && text.length() <= 19;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      isNumber &= c >= '0' && c <= '9';
    }
    if (isNumber && (text.length() == 1 || text.charAt(0) != '0')) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        // over 63 bits: said below
      }
    }
    throw new ReceiptException("The " + what + " is not a number without leading zeros");
  }
}
