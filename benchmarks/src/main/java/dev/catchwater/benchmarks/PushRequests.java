package dev.catchwater.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests that are made before anybody looks at a clock: the same events for every server, as
/// NDJSON or in the line protocol.
final class PushRequests {
  private static final String[] STATUS = {"moving", "idle", "charging", "off"};
  private static final long FIRST_MILLIS = 1_704_067_200_000L;

  private PushRequests() {}

  /// So many different requests.
  ///
  /// @param form `ndjson` or `ilp`
  /// @param token empty for none
  static List<ByteBuffer> of(String path, String form, int rows, int variants, String token) {
    List<ByteBuffer> requests = new ArrayList<>(variants);
    int number = 0;
    for (int i = 0; i < variants; i++) {
      StringBuilder body = new StringBuilder(rows * 128);
      for (int row = 0; row < rows; row++) {
        if (form.equals("ilp")) {
          line(body, number++);
        } else {
          ndjson(body, number++, "device-" + number % 1000);
        }
      }
      requests.add(post(path, form, body.toString(), token));
    }
    return requests;
  }

  static ByteBuffer post(String path, String form, String body, String token) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String type = form.equals("ilp") ? "text/plain" : "application/x-ndjson";
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + bytes.length
            + (token.isEmpty() ? "" : "\r\nAuthorization: Bearer " + token)
            + "\r\n\r\n";
    return direct(head + body);
  }

  static ByteBuffer get(String path) {
    return direct("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /// A row of the dataset `readings`.
  static void ndjson(StringBuilder to, int number, String device) {
    int millis = number % 1000;
    int second = number / 1000 % 60;
    int minute = number / 60_000 % 60;
    to.append("{\"t\":\"2024-01-01T00:").append((char) ('0' + minute / 10));
    to.append((char) ('0' + minute % 10)).append(':').append((char) ('0' + second / 10));
    to.append((char) ('0' + second % 10)).append('.').append((char) ('0' + millis / 100));
    to.append((char) ('0' + millis / 10 % 10)).append((char) ('0' + millis % 10));
    to.append("Z\",\"long\":").append(-123.0 - number % 977 / 1000.0);
    to.append(",\"lat\":").append(49.0 + number % 991 / 1000.0);
    to.append(",\"speed\":").append(number % 1200 / 10.0);
    to.append(",\"device\":\"").append(device);
    to.append("\",\"status\":\"").append(STATUS[number % 4]).append("\"}\n");
  }

  private static void line(StringBuilder to, int number) {
    to.append("readings,device=device-").append((number + 1) % 1000);
    to.append(",status=").append(STATUS[number % 4]);
    to.append(" long=").append(-123.0 - number % 977 / 1000.0);
    to.append(",lat=").append(49.0 + number % 991 / 1000.0);
    to.append(",speed=").append(number % 1200 / 10.0);
    to.append(' ').append((FIRST_MILLIS + number) * 1_000_000).append('\n');
  }
}
