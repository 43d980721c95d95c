package dev.catchwater.server.access;

import dev.catchwater.odf.identity.Multihash;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token as the server knows it: what it allows, and a hash by which it is recognized. The token
/// itself cannot be made from it. Immutable.
///
/// @param id the part of the token that is no secret
/// @param hash SHA3-256 of id and secret, hexadecimal. A fast hash is enough: nobody guesses 128
///   random bits
/// @param name for people
/// @param network the only addresses it is good for, null for all
/// @param revoked when it ended before its time, null where it did not
public record Token(
    String id,
    String hash,
    String name,
    List<Grant> grants,
    Instant created,
    Instant expires,
    @Nullable Network network,
    @Nullable Instant revoked) {

  public Token {
    grants = List.copyOf(grants);
  }

  /// Of a new text.
  public static Token of(
      TokenText text,
      String name,
      List<Grant> grants,
      Instant created,
      Instant expires,
      @Nullable Network network) {
    return new Token(text.id(), hash(text), name, grants, created, expires, network, null);
  }

  private static String hash(TokenText text) {
    return HexFormat.of().formatHex(digest(text.secret()));
  }

  private static byte[] digest(byte[] bytes) {
    return Multihash.newSha3().digest(bytes);
  }

  /// The same, ended.
  public Token revokedAt(Instant time) {
    return new Token(id, hash, name, grants, created, expires, network, time);
  }

  /// Whether it is good at a time.
  public boolean isValidAt(Instant time) {
    return revoked == null && time.isBefore(expires);
  }

  /// Whether a text has this hash. Takes as long where it has not, also where it is no token.
  static boolean isSame(@Nullable TokenText text, String hash) {
    byte[] found = digest(text == null ? new byte[2 * 16] : text.secret());
    return MessageDigest.isEqual(found, HexFormat.of().parseHex(hash)) && text != null;
  }
}
