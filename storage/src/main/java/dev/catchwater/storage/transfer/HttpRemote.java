package dev.catchwater.storage.transfer;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.FolderRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A repository behind `http://` or `https://`. Only plain GETs of `refs/head`, `blocks/<hash>`,
/// `data/<hash>` and `checkpoints/<hash>`; what fails for a moment is tried again.
final class HttpRemote implements Remote {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final int REFERENCE_BYTES_MAX = 1_024;
  private static final int BLOCK_BYTES_MAX = 16 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final HttpClient open = client(HttpClient.Redirect.NORMAL);
  // Whoever it redirects to is not to get the token.
  private final HttpClient known = client(HttpClient.Redirect.NEVER);
  private final URI base;
  private final @Nullable String token;
  private volatile boolean isTokenWanted;

  /// What to do with a body; told where it is from the start if it is tried again.
  @FunctionalInterface
  private interface BodyReader<T> {
    T read(InputStream body) throws IOException;
  }

  /// @param token sent once the server asked for one, never to where it redirects; null for none
  HttpRemote(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
  }

  private static HttpClient client(HttpClient.Redirect redirects) {
    return HttpClient.newBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(redirects)
        .build();
  }

  @Override
  public String url() {
    return base.toString();
  }

  @Override
  public Optional<Multihash> head() {
    URI address = base.resolve("refs/head");
    return get(
        address,
        body ->
            FolderRepository.parseReference(
                body.readNBytes(REFERENCE_BYTES_MAX), address.toString()));
  }

  @Override
  public byte[] block(Multihash hash) {
    URI address = base.resolve("blocks/" + hash);
    byte[] bytes = require(address, get(address, body -> body.readNBytes(BLOCK_BYTES_MAX)));
    FolderRepository.checkBlockHash(hash, bytes, address.toString());
    return bytes;
  }

  @Override
  public void copy(Kind kind, Multihash hash, long size, DiskFile into) {
    URI address = base.resolve(kind.folder() + "/" + hash);
    require(
        address,
        get(
            address,
            body -> {
              into.truncate(0);
              return write(body, size, into, Path.of(hash.toString()));
            }));
  }

  private static long write(InputStream body, long size, DiskFile into, Path place)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long at = 0;
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      try {
        into.write(buffer, 0, count, at);
      } catch (IOException e) {
        throw DiskFailure.of(place, e); // not the remote's fault, not tried again
      }
      at += count;
      if (at > size) {
        break;
      }
    }
    return at;
  }

  private static <T> T require(URI address, Optional<T> found) {
    if (found.isEmpty()) {
      throw CatchwaterException.at(
          ErrorCode.OBJECT_NOT_FOUND, Place.of(address.toString()), "Not found at the remote");
    }
    return found.get();
  }

  private <T> Optional<T> get(URI address, BodyReader<T> reader) {
    long pause = FIRST_PAUSE.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return getOnce(address, reader);
      } catch (CatchwaterException e) {
        if (e.code() != ErrorCode.REMOTE_UNAVAILABLE || attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(pause);
        pause *= 4;
      }
    }
  }

  private <T> Optional<T> getOnce(URI address, BodyReader<T> reader) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(ANSWER_TIMEOUT).GET();
    boolean isKnown = isTokenWanted;
    if (isKnown) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<InputStream> response =
          (isKnown ? known : open).send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        int status = response.statusCode();
        if (status == 401 && token != null && !isKnown && isOf(response.uri())) {
          isTokenWanted = true;
          return getOnce(address, reader);
        }
        if (status == 404 || status == 410) {
          return Optional.empty();
        }
        if (status != 200) {
          throw refused(address, status);
        }
        return Optional.of(reader.read(body));
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw CatchwaterException.at(
              ErrorCode.REMOTE_UNAVAILABLE,
              Place.of(address.toString()),
              "The remote does not answer: " + reason)
          .withCause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pulling", e);
    }
  }

  private boolean isOf(URI answered) {
    return Objects.equals(answered.getScheme(), base.getScheme())
        && Objects.equals(answered.getAuthority(), base.getAuthority());
  }

  // Only what may pass by itself is REMOTE_UNAVAILABLE and tried again.
  private static CatchwaterException refused(URI address, int status) {
    boolean isPassing = status >= 500 || status == 429 || status == 408;
    String reason =
        status == 401 || status == 403
            ? "The remote refuses access (HTTP "
                + status
                + (status == 401
                    ? "): it wants a valid token, --token-file or CATCHWATER_TOKEN"
                    : ")")
            : "The remote answers HTTP " + status;
    return CatchwaterException.at(
        isPassing ? ErrorCode.REMOTE_UNAVAILABLE : ErrorCode.OBJECT_NOT_FOUND,
        Place.of(address.toString()),
        reason);
  }

  /// Gives the client's threads back.
  void close() {
    open.close();
    known.close();
  }
}
