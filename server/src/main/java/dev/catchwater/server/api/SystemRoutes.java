package dev.catchwater.server.api;

import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the server says about itself.
final class SystemRoutes {
  private final Premises premises;

  SystemRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /info`
  Answer info(Call call) {
    return Answer.json(
        new Tree.Fields()
            .put("isMultiTenant", false)
            .put("account", premises.account())
            .put("version", premises.version()));
  }

  /// `GET /system/info`
  Answer systemInfo(Call call) {
    return Answer.json(
        new Tree.Fields()
            .put("name", "catchwater")
            .put("version", premises.version())
            .put("java", Runtime.version().toString()));
  }

  /// `GET /system/health`
  Answer health(Call call) {
    String type = call.choice("type", "liveness", List.of("liveness", "readiness", "startup"));
    boolean isOk = !type.equals("readiness") || premises.admission().isOpen();
    Answer answer = Answer.json(new Tree.Fields().put("ok", isOk));
    return isOk ? answer : answer.withStatus(503).withHeader("Retry-After", "2");
  }

  /// `GET /openapi.json`
  Answer openApi(Call call) throws IOException {
    try (InputStream in = SystemRoutes.class.getResourceAsStream("/openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks openapi.json");
      }
      return Answer.text(200, Answer.JSON, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
