package dev.catchwater.server.http;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.storage.secret.SecretRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// TLS from two PEM files: the certificates, the server's first, and its key as PKCS#8. New files
/// in their place are taken up while the server runs; connections that are there go on with the old
/// ones. Thread-safe.
public final class Tls {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final char[] NO_PASSWORD = new char[0];
  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  private final Path certificates;
  private final Path key;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private final RenewedKey keys = new RenewedKey();
  private final Set<String> names;
  private List<FileTime> seen;

  private Tls(Path certificates, Path key) throws IOException, GeneralSecurityException {
    this.certificates = certificates;
    this.key = key;
    this.seen = times();
    X509Certificate[] chain = chain();
    this.names = Set.copyOf(names(chain[0]));
    KeyStore store = store(chain);
    keys.renew(store);
    context.setKeyStore(store);
    context.setKeyStorePassword("");
    context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
  }

  /// Reads the files.
  ///
  /// @param certificates PEM, the server's first and then those that it is signed with
  /// @param key PEM, PKCS#8, without a password, readable by its owner only
  /// @throws CatchwaterException `BAD_ARGUMENT` for what cannot be used, with the place and what
  ///   mends it
  public static Tls of(Path certificates, Path key) {
    try {
      return new Tls(certificates, key);
    } catch (IOException | GeneralSecurityException e) {
      throw refused(certificates, "It cannot be used for TLS: " + e.getMessage()).withCause(e);
    }
  }

  private static CatchwaterException refused(Path file, String why) {
    return CatchwaterException.at(ErrorCode.BAD_ARGUMENT, Place.of(file.toString()), why);
  }

  private List<FileTime> times() throws IOException {
    return List.of(Files.getLastModifiedTime(certificates), Files.getLastModifiedTime(key));
  }

  private X509Certificate[] chain() throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    byte[] bytes = Files.readAllBytes(certificates);
    for (Certificate next : factory.generateCertificates(new ByteArrayInputStream(bytes))) {
      if (next instanceof X509Certificate certificate) {
        chain.add(certificate);
      }
    }
    if (chain.isEmpty()) {
      throw refused(certificates, "There is no certificate in it")
          .withHint("a PEM file begins with -----BEGIN CERTIFICATE-----");
    }
    return chain.toArray(X509Certificate[]::new);
  }

  private KeyStore store(X509Certificate[] chain) throws IOException, GeneralSecurityException {
    PrivateKey secret = key(chain[0]);
    requirePair(chain[0], secret);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("server", secret, NO_PASSWORD, chain);
    return store;
  }

  private PrivateKey key(X509Certificate certificate) throws GeneralSecurityException {
    Path file = key.toAbsolutePath();
    String text = SecretRef.parse("file:" + file, file).resolve(Map.of());
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw refused(key, "There is no private key of the form PKCS#8 in it")
          .withHint("openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW, and chmod 600 NEW");
    }
    byte[] bytes =
        Base64.getMimeDecoder()
            .decode(
                text.substring(begin + BEGIN.length(), end).getBytes(StandardCharsets.US_ASCII));
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException e) {
      // Without its cause, which may have some of the key.
      throw refused(key, "The key is not one of the certificate, which is " + algorithm);
    }
  }

  private void requirePair(X509Certificate certificate, PrivateKey secret)
      throws GeneralSecurityException {
    String scheme =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    byte[] text = "one pair".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(scheme);
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(text);
    if (!signature.verify(signed)) {
      throw refused(key, "The key is not that of the certificate");
    }
  }

  private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
    Set<String> names = new HashSet<>();
    if (certificate.getSubjectAlternativeNames() == null) {
      return names;
    }
    for (List<?> name : certificate.getSubjectAlternativeNames()) {
      if (name.get(0) instanceof Integer kind
          && (kind == DNS_NAME || kind == ADDRESS)
          && name.get(1) instanceof String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        names.add(lower.indexOf(':') >= 0 ? "[" + lower + "]" : lower);
      }
    }
    return names;
  }

  /// The names that the certificate is for, lower case: requests may be addressed to them.
  public Set<String> names() {
    return names;
  }

  /// The key with its certificates, whichever they are when a connection begins: for ports of other
  /// stacks.
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /// For Jetty.
  SslContextFactory.Server context() {
    return context;
  }

  /// Takes up files that are new. To be called now and then.
  ///
  /// @return whether there were any
  /// @throws CatchwaterException `BAD_ARGUMENT` for what cannot be used; what was there goes on,
  ///   and is asked for again only once the files change
  public synchronized boolean tick() {
    try {
      List<FileTime> now = times();
      if (now.equals(seen)) {
        return false;
      }
      seen = now;
      KeyStore store = store(chain());
      context.reload(same -> context.setKeyStore(store));
      keys.renew(store);
      return true;
    } catch (CatchwaterException e) {
      throw e;
    } catch (Exception e) {
      throw refused(certificates, "It cannot be used for TLS: " + e.getMessage()).withCause(e);
    }
  }

  /// The one key of the files that were read last.
  private static final class RenewedKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "server";

    private volatile @Nullable PrivateKeyEntry entry;

    private void renew(KeyStore store) throws GeneralSecurityException {
      KeyStore.ProtectionParameter none = new KeyStore.PasswordProtection(NO_PASSWORD);
      if (store.getEntry(ALIAS, none) instanceof PrivateKeyEntry found) {
        entry = found;
      }
    }

    // The JDK asks for the algorithm of the certificate, EdDSA for Ed25519.
    private @Nullable String alias(String... types) {
      PrivateKeyEntry known = entry;
      if (known != null) {
        String algorithm = known.getCertificate().getPublicKey().getAlgorithm();
        for (String type : types) {
          if (type.equals(algorithm)) {
            return ALIAS;
          }
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, SSLEngine engine) {
      return alias(type);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, Socket socket) {
      return alias(type);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      String alias = alias(type);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      PrivateKeyEntry known = entry;
      return known == null
          ? null
          : Arrays.copyOf(
              known.getCertificateChain(),
              known.getCertificateChain().length,
              X509Certificate[].class);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      PrivateKeyEntry known = entry;
      return known == null ? null : known.getPrivateKey();
    }
  }
}
