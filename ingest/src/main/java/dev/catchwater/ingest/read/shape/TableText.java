package dev.catchwater.ingest.read.shape;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The encoding of a table's texts: what its `.cpg` names, else what its header says, else UTF-8,
/// strictly. Used by one thread.
final class TableText {
  private final CharsetDecoder decoder;
  private final boolean isStated;

  private TableText(@Nullable Charset charset) {
    this.isStated = charset != null;
    this.decoder =
        (charset == null ? StandardCharsets.UTF_8 : charset)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /// @param named the text of the `.cpg`, null where there is none
  /// @param driver the language driver of the table's header
  /// @throws CatchwaterException BAD_ENCODING
  static TableText of(@Nullable String named, int driver) {
    return new TableText(
        named == null || named.isBlank() ? ofDriver(driver) : ofName(named.strip()));
  }

  private static Charset ofName(String named) {
    String name = named.toUpperCase(Locale.ROOT);
    if (name.startsWith("ANSI ") || name.startsWith("OEM ")) {
      name = name.substring(name.indexOf(' ') + 1);
    }
    boolean isNumber = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (name.equals("65001")) {
      name = "UTF-8";
    } else if (isNumber && name.startsWith("8859") && name.length() > 4) {
      name = "ISO-8859-" + name.substring(4);
    } else if (name.startsWith("ISO 8859") && name.length() > 8) {
      name = "ISO-8859-" + name.substring(8).replace("-", "").strip();
    } else if (isNumber) {
      name = name.startsWith("125") ? "windows-" + name : "IBM" + name;
    }
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ENCODING, "The encoding \"" + named + "\" of the .cpg is not known")
          .withHint("write UTF-8, ISO-8859-1 or 1252 into it, whichever it is")
          .withCause(e);
    }
  }

  /// The language drivers of dBASE and FoxPro that are in use.
  private static @Nullable Charset ofDriver(int driver) {
    String name =
        switch (driver) {
          case 0x01 -> "IBM437";
          case 0x02 -> "IBM850";
          case 0x03, 0x57, 0x58, 0x59 -> "windows-1252";
          case 0x13, 0x7b -> "windows-31j";
          case 0x26, 0x65 -> "IBM866";
          case 0x1f, 0x22, 0x23, 0x40, 0x64, 0x87 -> "IBM852";
          case 0x4d, 0x7a -> "GBK";
          case 0x4e, 0x79 -> "MS949";
          case 0x4f, 0x78 -> "Big5";
          case 0x50, 0x7c -> "MS874";
          case 0x7d -> "windows-1255";
          case 0x7e -> "windows-1256";
          case 0xc8 -> "windows-1250";
          case 0xc9 -> "windows-1251";
          case 0xca -> "windows-1254";
          case 0xcb -> "windows-1253";
          case 0xcc -> "windows-1257";
          default -> "";
        };
    return name.isEmpty() || !Charset.isSupported(name) ? null : Charset.forName(name);
  }

  /// The text of some bytes.
  ///
  /// @throws BadValue where they are not of the encoding
  String decode(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] < 0) {
        return decoded(bytes, start, end);
      }
    }
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }

  private String decoded(byte[] bytes, int start, int end) {
    try {
      CharBuffer text = decoder.decode(ByteBuffer.wrap(bytes, start, end - start));
      return text.toString();
    } catch (CharacterCodingException e) {
      BadValue bad =
          BadValue.of(
              "The text is not " + decoder.charset().name(),
              isStated ? null : "add a .cpg file that names the encoding, like 1252");
      bad.addSuppressed(e);
      throw bad;
    }
  }
}
