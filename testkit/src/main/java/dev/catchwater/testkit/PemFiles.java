package dev.catchwater.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate of a server that signed it itself, made by the JDK's keytool. Immutable.
///
/// @param certificate in PEM
/// @param key in PEM, readable by its owner
public record PemFiles(Path certificate, Path key) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /// A new pair for 127.0.0.1 and `catchwater.example`.
  ///
  /// @param folder where they are put
  /// @param name what the files are called, and who the certificate says it is of
  /// @param algorithm `EC`, `RSA` or `Ed25519`
  /// @throws Exception where the machine cannot make them
  public static PemFiles make(Path folder, String name, String algorithm) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:catchwater.example,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-keypass",
                "changeit")
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    KeyStore made = KeyStore.getInstance("PKCS12");
    made.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD);
    Certificate certificate = made.getCertificate("server");
    Key key = made.getKey("server", PASSWORD);
    PemFiles files = new PemFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    write(files.certificate, "CERTIFICATE", certificate.getEncoded());
    write(files.key, "PRIVATE KEY", key.getEncoded());
    Files.setPosixFilePermissions(files.key, PosixFilePermissions.fromString("rw-------"));
    return files;
  }

  private static void write(Path file, String label, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
  }

  /// The key as it stands in its file, without frame: nothing of it may be seen anywhere else.
  ///
  /// @throws IOException where the file cannot be read
  public String secret() throws IOException {
    return Files.readString(key, StandardCharsets.US_ASCII).lines().toList().get(1);
  }

  /// Trusts this certificate alone.
  ///
  /// @throws IOException where the file cannot be read
  /// @throws GeneralSecurityException where this JDK cannot use it
  public SSLContext trusted() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "server",
        java.security.cert.CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
