package dev.catchwater.connectors.files;

import dev.catchwater.connectors.files.wire.Wire;
import dev.catchwater.connectors.files.wire.WireAnswer;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file behind `http://` or `https://`, also an object of S3. Goes on behind a cut with `Range`
/// and `If-Match` (RFC 9110, 13.1.1 and 14.2).
final class WebFile implements RemoteFile {
  private static final int REASON_BYTES_MAX = 4_096;

  private final Wire wire;
  private final String address;
  private final URI uri;
  private final Manner manner;

  /// How requests are signed, and what an answer that refuses means.
  interface Manner {
    /// Of the open web: nothing is signed, and who sends us elsewhere is followed.
    Manner PLAIN =
        new Manner() {
          @Override
          public Map<String, String> signed(URI uri, Map<String, String> heads) {
            return heads;
          }

          @Override
          public boolean isFollowing() {
            return true;
          }

          @Override
          public CatchwaterException refusal(String address, WireAnswer answer, String body) {
            return Refusals.of(
                address, answer.status(), "", "the file must be readable without a name");
          }
        };

    /// The fields of the head with a signature among them.
    Map<String, String> signed(URI uri, Map<String, String> heads);

    /// Whether we go where an answer sends us; never with a signature.
    boolean isFollowing();

    /// What an answer means that is not the file.
    ///
    /// @param body the beginning of the answer's
    CatchwaterException refusal(String address, WireAnswer answer, String body);
  }

  WebFile(Wire wire, String address, URI uri, Manner manner) {
    this.wire = wire;
    this.address = address;
    this.uri = uri;
    this.manner = manner;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Optional<OpenedFile> open(@Nullable FileVersion known) throws IOException {
    Map<String, String> heads = new LinkedHashMap<>();
    if (known != null && known.etag() != null) {
      heads.put("If-None-Match", known.etag());
    }
    WireAnswer answer = ask(heads);
    if (answer.status() == 304 && known != null) {
      answer.close();
      return Optional.empty();
    }
    OpenedFile opened = whole(answer);
    if (known != null && known.isSameAs(opened.version())) {
      opened.close();
      return Optional.empty();
    }
    return Optional.of(opened);
  }

  @Override
  public OpenedFile resume(long from, FileVersion version) throws IOException {
    String tag = version.strongTag();
    if (tag == null || from == 0) {
      return whole(ask(Map.of()));
    }
    Map<String, String> heads = new LinkedHashMap<>();
    heads.put("Range", "bytes=" + from + "-");
    heads.put("If-Match", tag);
    WireAnswer answer = ask(heads);
    if (answer.status() == 412 || answer.status() == 416) {
      answer.close();
      return whole(ask(Map.of()));
    }
    if (answer.status() != 206) {
      return whole(answer);
    }
    String range = Objects.requireNonNullElse(answer.head("content-range"), "");
    boolean isThere =
        range.startsWith("bytes " + from + "-")
            && (version.length() < 0 || range.endsWith("/" + version.length()))
            && tag.equals(answer.head("etag"));
    if (!isThere) {
      answer.close();
      return whole(ask(Map.of()));
    }
    return new OpenedFile(version, from, answer.body(), answer);
  }

  private WireAnswer ask(Map<String, String> heads) throws IOException {
    Map<String, String> signed = manner.signed(uri, heads);
    return manner.isFollowing()
        ? wire.askAndFollow("GET", uri, signed)
        : wire.ask("GET", uri, signed);
  }

  private OpenedFile whole(WireAnswer answer) throws IOException {
    if (answer.status() != 200) {
      try (answer) {
        throw manner.refusal(address, answer, beginning(answer));
      }
    }
    FileVersion version =
        new FileVersion(answer.head("etag"), answer.length(), answer.head("last-modified"));
    return new OpenedFile(version, 0, answer.body(), answer);
  }

  /// What an answer says in its body, as far as it can be read.
  static String beginning(WireAnswer answer) {
    try {
      byte[] bytes = answer.body().readNBytes(REASON_BYTES_MAX);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
