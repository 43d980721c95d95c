package dev.catchwater.server.http;

import dev.catchwater.odf.manifest.Tree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that is answered with a problem (RFC 9457). Thrown by whoever finds out; the front
/// door turns it into the answer. The detail is for the client: no path, class or statement of ours
/// is ever in it. Immutable.
public final class Refusal extends RuntimeException {
  private final int status;
  private final String slug;
  private final transient Map<String, String> headers;
  private final transient @Nullable Tree extension;
  private final boolean closesConnection;

  private Refusal(
      int status,
      String slug,
      String detail,
      Map<String, String> headers,
      @Nullable Tree extension,
      boolean closesConnection,
      @Nullable Throwable cause) {
    // Where it arose tells nothing, and under load there are thousands a second.
    super(detail, cause, false, false);
    this.status = status;
    this.slug = slug;
    this.headers = headers;
    this.extension = extension;
    this.closesConnection = closesConnection;
  }

  /// A problem.
  ///
  /// @param slug its stable name, `body-too-large`
  /// @param detail one sentence, with the smallest fix where there is one
  public static Refusal of(int status, String slug, String detail) {
    return new Refusal(status, slug, detail, Map.of(), null, false, null);
  }

  /// The same with a header.
  public Refusal withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Refusal(status, slug, getMessage(), more, extension, closesConnection, getCause());
  }

  /// The same with the single failures it sums up, the member `errors`.
  public Refusal withErrors(Tree errors) {
    return new Refusal(status, slug, getMessage(), headers, errors, closesConnection, getCause());
  }

  /// The same, after which the connection is closed: what comes next on it is not to be trusted.
  public Refusal closing() {
    return new Refusal(status, slug, getMessage(), headers, extension, true, getCause());
  }

  /// The same with what it was caused by, for the log.
  public Refusal withCause(Throwable cause) {
    return new Refusal(status, slug, getMessage(), headers, extension, closesConnection, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /// The HTTP status.
  public int status() {
    return status;
  }

  /// The stable name of the problem.
  public String slug() {
    return slug;
  }

  Map<String, String> headers() {
    return headers;
  }

  @Nullable Tree errors() {
    return extension;
  }

  boolean closesConnection() {
    return closesConnection;
  }
}
