package dev.catchwater.odf.identity;

/// Public keys of Ed25519 as the DID method `key` writes them: `did:key:z…`, base58btc of the
/// multicodec 0xed and the key. Stateless.
public final class DidKey {
  private static final String PREFIX = "did:key:z";
  private static final byte[] ED25519 = {(byte) 0xed, 1};

  private DidKey() {}

  /// The text form of a key of 32 bytes.
  public static String of(byte[] key) {
    byte[] bytes = new byte[ED25519.length + key.length];
    System.arraycopy(ED25519, 0, bytes, 0, ED25519.length);
    System.arraycopy(key, 0, bytes, ED25519.length, key.length);
    return PREFIX + Multibase.toBase58(bytes);
  }
}
