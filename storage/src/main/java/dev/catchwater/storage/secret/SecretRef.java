package dev.catchwater.storage.secret;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;

/// Where a secret is: `env:NAME` a variable of the process that needs it, `file:PATH` a file that
/// only its owner may read. Configuration and command lines hold this and never the secret itself,
/// so that lists, logs, copies and `ps` cannot show it (reliability TH50). Immutable.
///
/// @param kind which of the two
/// @param place the name of the variable, or the absolute path of the file
public record SecretRef(Kind kind, String place) {
  private static final int BYTES_MAX = 64 << 10;

  /// What kind of place.
  public enum Kind {
    ENV("env:"),
    FILE("file:");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /// Reads a reference.
  ///
  /// @param folder what a relative path is seen from
  /// @throws CatchwaterException `LITERAL_SECRET` for what is no reference; the text, which may be
  ///   a secret, is in no message
  public static SecretRef parse(String text, Path folder) {
    if (text.startsWith(Kind.ENV.prefix)) {
      String name = text.substring(Kind.ENV.prefix.length());
      if (isVariable(name)) {
        return new SecretRef(Kind.ENV, name);
      }
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "What follows env: is no name of a variable")
          .withHint("such as env:HOOK_SECRET: letters, digits and _, no digit in front");
    }
    if (text.startsWith(Kind.FILE.prefix)) {
      String path = text.substring(Kind.FILE.prefix.length());
      path = path.startsWith("//") ? path.substring(2) : path;
      if (!path.isEmpty() && path.indexOf('\0') < 0 && path.indexOf('\n') < 0) {
        return new SecretRef(Kind.FILE, folder.resolve(path).normalize().toString());
      }
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "What follows file: is no path");
    }
    throw CatchwaterException.of(
            ErrorCode.LITERAL_SECRET, "A secret is given by where it is, not by itself")
        .withHint("env:NAME for a variable, file:PATH for a file with mode 0600");
  }

  private static boolean isVariable(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean isDigit = c >= '0' && c <= '9';
      if (!isLetter && !(isDigit && i > 0)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /// The secret as it is now, without the end of line that editors put behind it.
  ///
  /// @param environment of the process
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` where there is none, `BAD_ARGUMENT` where
  ///   others than its owner may read it, or it is empty or no text; no message has any of it
  public String resolve(Map<String, String> environment) {
    String text = kind == Kind.ENV ? variable(environment) : file();
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }
    if (text.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "The secret " + this + " is empty");
    }
    return text;
  }

  private String variable(Map<String, String> environment) {
    String value = environment.get(place);
    if (value == null) {
      throw CatchwaterException.of(
          ErrorCode.OBJECT_NOT_FOUND, "The variable " + place + " is not set in this process");
    }
    return value;
  }

  private String file() {
    Path path = Path.of(place);
    try {
      requirePrivate(path);
      byte[] bytes;
      try (InputStream in = Files.newInputStream(path)) {
        bytes = in.readNBytes(BYTES_MAX);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw CatchwaterException.of(ErrorCode.OBJECT_NOT_FOUND, "There is no file " + place)
          .withCause(e);
    } catch (CharacterCodingException e) {
      // Without its cause: nothing of the file is to be told.
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "The secret " + this + " is no text");
    } catch (IOException e) {
      throw CatchwaterException.of(ErrorCode.STORAGE_FAILED, place + " cannot be read")
          .withCause(e);
    }
  }

  private static void requirePrivate(Path path) throws IOException {
    Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(path);
    for (PosixFilePermission permission : allowed) {
      boolean isOwners =
          permission == PosixFilePermission.OWNER_READ
              || permission == PosixFilePermission.OWNER_WRITE
              || permission == PosixFilePermission.OWNER_EXECUTE;
      if (!isOwners) {
        throw CatchwaterException.of(
                ErrorCode.BAD_ARGUMENT, "Others than its owner may use the file " + path)
            .withHint("chmod 600 " + path);
      }
    }
  }

  /// As it is written: `env:NAME`, `file:/path`.
  @Override
  public String toString() {
    return kind.prefix + place;
  }
}
