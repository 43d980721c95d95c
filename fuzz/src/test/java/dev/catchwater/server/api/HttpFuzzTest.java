package dev.catchwater.server.api;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.body.BodyLimits;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.FilePart;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.MediaType;
import dev.catchwater.server.http.RawStack;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.server.http.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a server is sent: heads of requests and the framing of their bodies, frames of HTTP/2,
/// media types. A client's fault is answered by 4xx or ends the connection; nothing fails, nothing
/// hangs.
public class HttpFuzzTest {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int FRAME_CHOICES = 4;
  private static final RawStack STACK = new RawStack(routes());

  private static List<Route> routes() {
    BodyReceiver receiver;
    try {
      Path folder = Files.createTempDirectory("fuzz-http");
      folder.toFile().deleteOnExit();
      receiver = new BodyReceiver(BodyLimits.defaults().withBytesMax(2_000, 256 << 10), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(
        new Route(
            "POST",
            "/{dataset}/ingest",
            "",
            List.of("sourceName", "dryRun"),
            Right.APPEND,
            call -> push(receiver, call)),
        new Route(
            "POST",
            "/platform/file/upload/{token}",
            "",
            List.of(),
            Right.ANY,
            call -> upload(receiver, call)),
        new Route(
            "GET",
            "/{dataset}/tail",
            "",
            List.of("skip", "limit"),
            Right.READ,
            HttpFuzzTest::tail));
  }

  private static Answer push(BodyReceiver receiver, Call call) throws IOException {
    IngestHead.of(call);
    call.flag("dryRun");
    try (ReceivedBody body = receiver.receive(call);
        InputStream in = body.open()) {
      if (in.readAllBytes().length != body.size()) {
        throw new IllegalStateException("another size");
      }
      return Answer.text(200, "text/plain", "took " + body.size());
    }
  }

  private static Answer upload(BodyReceiver receiver, Call call) throws IOException {
    try (FilePart part = FilePart.open(call, receiver.paced(call))) {
      return Answer.text(200, "text/plain", "took " + part.readAllBytes().length);
    }
  }

  private static Answer tail(Call call) {
    return Answer.text(
        200, "text/plain", call.segment("dataset").length() + call.number("limit", 1, 10) + "");
  }

  /// The whole of a connection.
  @FuzzTest
  public void http(byte[] input) {
    String answer = STACK.answer(input);
    boolean isAnswer = answer.startsWith("HTTP/1.1 ") && answer.charAt("HTTP/1.1 ".length()) < '5';
    boolean isHttp2 = answer.startsWith("\0");
    if (!answer.isEmpty() && !isAnswer && !isHttp2) {
      throw new AssertionError("answered " + answer.lines().findFirst().orElse(""));
    }
    if (answer.contains("Exception") || answer.contains("dev.catchwater")) {
      throw new AssertionError("says what it is made of: " + answer);
    }
  }

  /// Frames behind the opening of HTTP/2: each is a type, flags, a stream, a length and its bytes.
  @FuzzTest
  public void http2(byte[] input) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.writeBytes(PREFACE);
    for (int at = 0; at + FRAME_CHOICES <= input.length; ) {
      int length = Math.min(input[at + 3] & 0xFF, input.length - at - FRAME_CHOICES);
      byte[] head =
          ByteBuffer.allocate(9)
              .put((byte) 0)
              .putShort((short) length)
              .put(input[at])
              .put(input[at + 1])
              .putInt(input[at + 2] & 0xFF)
              .array();
      frames.writeBytes(head);
      frames.write(input, at + FRAME_CHOICES, length);
      at += FRAME_CHOICES + length;
    }
    String answer = STACK.answer(frames.toByteArray());
    if (answer.contains("Exception") || answer.contains("dev.catchwater")) {
      throw new AssertionError("says what it is made of: " + answer);
    }
  }

  /// A media type that is one has names that are, and is read again as the same.
  @FuzzTest
  public void mediaType(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    Limits.hold(
        () -> {
          try {
            IngestHead.format(text);
          } catch (Refusal e) {
            if (e.status() != 400 && e.status() != 415) {
              throw new AssertionError("refused as " + e.status(), e);
            }
          }
          MediaType type = MediaType.find(text);
          if (type == null) {
            return;
          }
          StringBuilder again = new StringBuilder(type.name());
          for (Map.Entry<String, String> parameter : type.parameters().entrySet()) {
            again.append(";").append(parameter.getKey()).append("=\"");
            again.append(parameter.getValue()).append('"');
          }
          if (!type.equals(MediaType.find(again.toString()))) {
            throw new AssertionError("another type when it is written again: " + again);
          }
        },
        Set.of());
  }
}
