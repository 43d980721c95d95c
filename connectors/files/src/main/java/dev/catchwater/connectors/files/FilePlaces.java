package dev.catchwater.connectors.files;

import dev.catchwater.connectors.files.wire.Reach;
import dev.catchwater.connectors.files.wire.Wire;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Finds files by their addresses: `http://`, `https://`, `s3://bucket/key`,
/// `hdfs://namenode/path`, `webhdfs://namenode:port/path` and `swebhdfs://` (over TLS). In those of
/// S3 and HDFS `*`, `?`, `[…]` stand for names. Thread-safe.
public final class FilePlaces {
  private static final List<String> SCHEMES =
      List.of("http", "https", "s3", "s3a", "hdfs", "webhdfs", "swebhdfs");

  private final Wire wire;
  private final S3 s3;
  private final HdfsSettings hdfs;

  public FilePlaces(Reach reach, S3Settings s3, HdfsSettings hdfs, InstantSource clock) {
    wire = Wire.within(reach);
    this.s3 = new S3(wire, s3, clock);
    this.hdfs = hdfs;
  }

  /// Places of which none is reached: every address is refused.
  public static FilePlaces none() {
    return new FilePlaces(
        Reach.only(List.of(), false),
        new S3Settings(null, "us-east-1", () -> null),
        new HdfsSettings(Map.of(), null, null),
        InstantSource.fixed(Instant.EPOCH)); // nothing is ever signed
  }

  /// The files of an address, one or those that its pattern matches, in the order of their names.
  ///
  /// @throws CatchwaterException `SCHEME` for one that is not read, `LITERAL_SECRET` for a password
  ///   in it, `BAD_ARGUMENT`, and what [RemoteFile#open] throws where names are looked up
  public List<RemoteFile> files(String address) {
    int colon = address.indexOf("://");
    String scheme = colon < 0 ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      throw CatchwaterException.at(
              ErrorCode.SCHEME, Place.of(address), "Files are not read by this kind of address")
          .withHint("http://, https://, s3://, hdfs://, webhdfs://, swebhdfs://");
    }
    String rest = address.substring(colon + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "/" : rest.substring(slash);
    if (authority.indexOf('@') >= 0) {
      // Without the address: what is before the @ may be a password.
      throw CatchwaterException.of(
              ErrorCode.LITERAL_SECRET, "An address of a file has no name or password in it")
          .withHint("settings say as whom files of S3 and HDFS are read");
    }
    try {
      return switch (scheme) {
        case "http", "https" ->
            List.of(
                new WebFile(wire, FileAddress.shown(address), web(address), WebFile.Manner.PLAIN));
        case "s3", "s3a" -> s3.files(address, bucket(address, authority), path.substring(1));
        default -> hdfs(address, scheme, authority, path);
      };
    } catch (IOException e) {
      throw CatchwaterException.at(
              ErrorCode.REMOTE_UNAVAILABLE,
              Place.of(FileAddress.shown(address)),
              "The connection was cut: " + e.getMessage())
          .withCause(e);
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(Place.of(FileAddress.shown(address))) : e;
    }
  }

  private static URI web(String address) {
    try {
      URI uri = new URI(address).parseServerAuthority();
      if (uri.getHost() != null && uri.getRawFragment() == null) {
        return URI.create(uri.toASCIIString());
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw Refusals.at(ErrorCode.BAD_ARGUMENT, address, "Is no address of a file on the web")
        .withHint("such as https://example.org/users.csv.gz, spaces as %20");
  }

  private static String bucket(String address, String bucket) {
    boolean isName = bucket.length() >= 3 && bucket.length() <= 63;
    for (int i = 0; i < bucket.length(); i++) {
      char c = bucket.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      isName &= isLetter || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0;
    }
    if (!isName || bucket.startsWith(".")) {
      throw Refusals.at(ErrorCode.BAD_ARGUMENT, address, "Names no bucket")
          .withHint("such as s3://bucket/users/2026.csv");
    }
    return bucket;
  }

  private List<RemoteFile> hdfs(String address, String scheme, String authority, String path)
      throws IOException {
    if (!scheme.equals("hdfs")) {
      String web = scheme.equals("webhdfs") ? "http://" : "https://";
      return of(address, scheme + "://" + authority, web + authority).files(path);
    }
    URI named = hdfs.nameNodes().get(authority);
    URI standard = hdfs.standard();
    if (named != null) {
      return new Hdfs(wire, "hdfs://" + authority, named, hdfs.user()).files(path);
    }
    if (authority.isEmpty() || (standard != null && isOneName(authority))) {
      if (standard == null) {
        throw Refusals.at(ErrorCode.BAD_ARGUMENT, address, "Names no name node")
            .withHint("hdfs.default says which one is meant, such as http://namenode:9870");
      }
      String whole = authority.isEmpty() ? path : "/" + authority + path;
      return new Hdfs(wire, "hdfs://", standard, hdfs.user()).files(whole);
    }
    // The port of an hdfs:// address is that of Hadoop's own protocol.
    int port = authority.lastIndexOf(':');
    String host = port < 0 || authority.endsWith("]") ? authority : authority.substring(0, port);
    return of(address, "hdfs://" + authority, "http://" + host + ":" + HdfsSettings.PORT)
        .files(path);
  }

  /// Whether it may be the first folder of a path: `hdfs://data/users.csv`.
  private static boolean isOneName(String authority) {
    return authority.indexOf('.') < 0 && authority.indexOf(':') < 0;
  }

  private Hdfs of(String address, String shown, String nameNode) {
    try {
      URI uri = new URI(nameNode).parseServerAuthority();
      if (uri.getHost() != null) {
        return new Hdfs(wire, shown, uri, hdfs.user());
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw Refusals.at(ErrorCode.BAD_ARGUMENT, address, "Names no name node that can be asked")
        .withHint("such as hdfs://namenode/data/users.csv, or webhdfs://namenode:9870/…");
  }
}
