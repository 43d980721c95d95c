package dev.catchwater.cli.command;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Files given by an address. Its own class, so that a local push never loads an HTTP client.
final class Remote {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  private Remote() {}

  /// Whether a word is an address rather than a path.
  static boolean isUrl(String reference) {
    return reference.startsWith("http://")
        || reference.startsWith("https://")
        || reference.startsWith("file://");
  }

  /// The bytes at an address; the caller closes.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`, `REMOTE_UNAVAILABLE`, `BAD_ARGUMENT`
  static InputStream open(String url) throws IOException {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "Invalid path " + url + ": " + e.getMessage())
          .withCause(e);
    }
    if ("file".equals(uri.getScheme())) {
      return Files.newInputStream(Path.of(uri));
    }
    // Closed by the end of the process: the body is still being read when this returns.
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() == 404) {
        throw CatchwaterException.at(
            ErrorCode.OBJECT_NOT_FOUND, Place.of(url), "The server has no such file (404)");
      } else if (response.statusCode() != 200) {
        throw CatchwaterException.at(
            ErrorCode.REMOTE_UNAVAILABLE,
            Place.of(url),
            "The server answered " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      throw CatchwaterException.at(
              ErrorCode.REMOTE_UNAVAILABLE, Place.of(url), "The server does not answer: " + e)
          .withCause(e);
    }
  }
}
