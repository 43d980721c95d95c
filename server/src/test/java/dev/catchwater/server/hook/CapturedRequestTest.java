package dev.catchwater.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CapturedRequestTest {
  private static CapturedRequest parse(String text) {
    return CapturedRequest.parse("r.http", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(CapturedRequest request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aRequestIsReadAsItWentOverTheWire() {
    CapturedRequest request =
        parse("POST /x HTTP/1.1\r\nHost: a:80\r\nwebhook-id:  m \r\n\r\n{\"a\":\n1}\n");
    assertThat(request.headers()).hasSize(2);
    assertThat(request.header("WEBHOOK-ID")).isEqualTo("m");
    assertThat(request.header("host")).isEqualTo("a:80");
    assertThat(body(request)).isEqualTo("{\"a\":\n1}\n");
    assertThat(body(parse("A: b\n\nx"))).isEqualTo("x");
    assertThat(parse("> POST / HTTP/2\n> a: b\n>\nx").header("a")).isEqualTo("b");
    assertThat(parse(":method: POST\na: b\n\n").headers()).hasSize(1);
  }

  @Test
  void theLengthThatWasSentWins() {
    CapturedRequest request = parse("Content-Length: 2\n\n{}\n");
    assertThat(body(request)).isEqualTo("{}");
    assertThat(request.notes()).singleElement().asString().contains("1 bytes more");
    CapturedRequest cut = parse("Content-Length: 9\n\n{}");
    assertThat(body(cut)).isEqualTo("{}");
    assertThat(cut.notes()).singleElement().asString().contains("cut off");
    assertThat(parse("Content-Length: x\n\n{}").notes()).isEmpty();
  }

  @Test
  void chunksArePutTogether() {
    String head = "Transfer-Encoding: chunked\r\n\r\n";
    assertThat(body(parse(head + "2;x=y\r\n{\"\r\n3\r\na\":\r\n2\r\n1}\r\n0\r\n\r\n")))
        .isEqualTo("{\"a\":1}");
    // What is no chunks was put together by the tool that captured it.
    assertThat(body(parse(head + "{}"))).isEqualTo("{}");
    for (String odd : new String[] {"5\r\nab", "ffffffff1\r\nab", "2\r\nab", "2"}) {
      assertThat(body(parse(head + odd))).isEqualTo(odd);
    }
  }

  @Test
  void whatIsNoRequestIsRefusedWithItsLine() {
    assertThatThrownBy(() -> parse("A: b\nC: d"))
        .hasMessageContaining("r.http:2")
        .hasMessageContaining("does not end");
    assertThatThrownBy(() -> parse("A: b\nnonsense\n\n"))
        .hasMessageContaining("r.http:2")
        .hasMessageContaining("no header");
    assertThatThrownBy(() -> parse("")).hasMessageContaining("does not end");
  }
}
