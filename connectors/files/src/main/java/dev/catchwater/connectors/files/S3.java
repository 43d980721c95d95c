package dev.catchwater.connectors.files;

import dev.catchwater.connectors.files.wire.Wire;
import dev.catchwater.connectors.files.wire.WireAnswer;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Objects of S3, Amazon's or one that speaks the same: found by key or by a pattern of keys. No
/// SDK: of all that S3 can, a read needs two requests and a signature. Thread-safe.
final class S3 implements WebFile.Manner {
  private static final int OBJECTS_MAX = 10_000;

  private final Wire wire;
  private final S3Settings settings;
  private final InstantSource clock;

  S3(Wire wire, S3Settings settings, InstantSource clock) {
    this.wire = wire;
    this.settings = settings;
    this.clock = clock;
  }

  /// The objects of an address, in the order of their keys.
  ///
  /// @param key of one object, or a pattern of keys
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` where nothing matches, and what S3 refuses
  List<RemoteFile> files(String address, String bucket, String key) throws IOException {
    if (!Glob.isPattern(key)) {
      return List.of(file(bucket, key));
    }
    List<RemoteFile> files = new ArrayList<>();
    String more = null;
    do {
      S3Listing page = page(address, bucket, Glob.prefix(key), more);
      for (String found : page.keys()) {
        if (Glob.matches(key, found)) {
          files.add(file(bucket, found));
        }
      }
      if (files.size() > OBJECTS_MAX) {
        throw Refusals.at(
                ErrorCode.LIMIT_EXCEEDED, address, "More than " + OBJECTS_MAX + " objects match")
            .withHint("name fewer of them, folder by folder");
      }
      more = page.more();
    } while (more != null);
    if (files.isEmpty()) {
      throw Refusals.at(
          ErrorCode.OBJECT_NOT_FOUND, address, "No object of the bucket matches this pattern");
    }
    return files;
  }

  private RemoteFile file(String bucket, String key) {
    String address = "s3://" + bucket + "/" + key;
    return new WebFile(wire, address, uri(bucket, key, null), this);
  }

  private S3Listing page(String address, String bucket, String prefix, @Nullable String more)
      throws IOException {
    StringBuilder query = new StringBuilder("encoding-type=url&list-type=2&prefix=");
    query.append(PercentText.of(prefix, false));
    if (more != null) {
      query.append("&continuation-token=").append(PercentText.of(more, false));
    }
    URI uri = uri(bucket, "", query.toString());
    try (WireAnswer answer = wire.ask("GET", uri, signed(uri, Map.of()))) {
      if (answer.status() != 200) {
        throw refusal(address, answer, WebFile.beginning(answer));
      }
      return S3Listing.read(address, answer.body());
    }
  }

  private URI uri(String bucket, String key, @Nullable String query) {
    URI endpoint = settings.endpoint();
    String path = "/" + PercentText.of(key, true);
    // A bucket with dots has no certificate as a host.
    boolean isFolder = endpoint != null || bucket.indexOf('.') >= 0;
    String host =
        endpoint != null
            ? withoutSlash(endpoint)
            : "https://"
                + (isFolder ? "" : bucket + ".")
                + "s3."
                + settings.region()
                + ".amazonaws.com";
    return URI.create(
        host + (isFolder ? "/" + bucket : "") + path + (query == null ? "" : "?" + query));
  }

  private static String withoutSlash(URI endpoint) {
    String text = endpoint.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public Map<String, String> signed(URI uri, Map<String, String> heads) {
    S3Credentials who = settings.credentials().get();
    return who == null
        ? heads
        : S3Signature.sign(uri, heads, who, settings.region(), clock.instant());
  }

  @Override
  public boolean isFollowing() {
    return false;
  }

  @Override
  public CatchwaterException refusal(String address, WireAnswer answer, String body) {
    String region = answer.head("x-amz-bucket-region");
    if (region != null && !region.equals(settings.region()) && answer.status() / 100 != 4) {
      return Refusals.at(ErrorCode.BAD_ARGUMENT, address, "The bucket lies in the region " + region)
          .withHint("set s3.region to " + region);
    }
    String code = S3Listing.element(body, "Code");
    String message = S3Listing.element(body, "Message");
    return Refusals.of(
        address,
        answer.status(),
        code.isEmpty() ? message : code + ", " + message,
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or s3.access-key and s3.secret-key, name who"
            + " may read it");
  }
}
