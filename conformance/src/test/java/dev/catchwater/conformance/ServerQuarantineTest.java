package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quarantine of a dataset over HTTP.
class ServerQuarantineTest {
  private static final Pattern ID = Pattern.compile("\"id\":\"([0-9]+-[0-9a-f]+\\.[0-9]+)\"");

  private static List<String> ids(Served.Reply reply) {
    List<String> ids = new ArrayList<>();
    Matcher matcher = ID.matcher(reply.body());
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  @Test
  void badRowsOfAPushAreListedShownReplayedAndDropped(@TempDir Path folder)
      throws IOException, InterruptedException {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64", "v STRING")));
    try (Served served = Served.of(sandbox)) {
      String rows = "{\"n\":1}\n{\"n\":\"x\"}\n{\"n\": 3\n{\"n\":4}\n{\"n\":true}\n";
      assertThat(served.push("x", rows).status()).isEqualTo(400);
      Served.Reply pushed = served.post("/x/ingest?onError=quarantine", rows);
      assertThat(pushed.status()).as(pushed.body()).isEqualTo(200);
      assertThat(pushed.body()).contains("\"added\":2", "\"quarantined\":3", "\"causes\":[{");
      Served.Reply list = served.get("/x/quarantine");
      assertThat(list.body()).contains("\"counts\":{\"open\":3", "\"causes\":[{", "\"line\":2");
      List<String> ids = ids(list);
      assertThat(ids).hasSize(3);
      Served.Reply page = served.get("/x/quarantine?limit=2");
      assertThat(ids(page)).hasSize(2);
      assertThat(page.body()).contains("\"next\":\"" + ids.get(1) + "\"");
      assertThat(ids(served.get("/x/quarantine?limit=2&after=" + ids.get(1))))
          .containsExactly(ids.get(2));
      assertThat(served.get("/x/quarantine/" + ids.get(1)).body())
          .contains("{\\\"n\\\": 3\"", "\"source\":\"default\"");
      assertThat(served.get("/x/quarantine/0-00.1").status()).isEqualTo(404);
      Served.Reply again = served.post("/x/quarantine/replay", "");
      assertThat(again.body()).as(again.body()).contains("\"replayed\":0", "\"failed\":3");
      String replay = "/x/quarantine/" + ids.get(1) + "/replay";
      assertThat(served.post(replay, "{\"n\": 3}").body())
          .contains("\"replayed\":1", "\"outcome\":\"added\"", "\"start\":2");
      assertThat(served.post(replay, "{\"n\": 33}").body()).contains("\"settled\":1");
      assertThat(served.get("/x/tail").body()).contains("\"n\":3").doesNotContain("33");
      assertThat(delete(served, "/x/quarantine/" + ids.get(0))).contains("\"dropped\":1");
      assertThat(delete(served, "/x/quarantine")).contains("bad-argument");
      assertThat(delete(served, "/x/quarantine?field=n")).contains("\"dropped\":1");
      assertThat(served.get("/x/quarantine").body())
          .contains("\"open\":0,\"replayed\":1,\"dropped\":2");
      // An ordinary dataset besides.
      assertThat(served.get("/x.quarantine/tail").body()).contains("\"state\":\"dropped\"");
    }
    sandbox.run("verify", "x").succeeded();
    sandbox.run("verify", "x.quarantine").succeeded();
  }

  @Test
  void aSnapshotRefusesSoThatNothingOfTheStateIsTakenBack(@TempDir Path folder) {
    Sandbox sandbox =
        Sandbox.with(
            folder,
            Samples.dataset(
                "x",
                Samples.ndjson("n INT64", "v STRING"),
                "{kind: Snapshot, primaryKey: [n]}",
                null));
    try (Served served = Served.of(sandbox)) {
      String state = "{\"n\":1,\"v\":\"a\"}\n{\"n\":2,\"v\":\"b\"}\n";
      assertThat(served.push("x", state).body()).contains("\"added\":2");
      // Without its bad row this is a state from which 2 is gone.
      String bad = "{\"n\":1,\"v\":\"a\"}\n{\"n\":\"2\",\"v\":\n";
      Served.Reply refused = served.post("/x/ingest?onError=quarantine", bad);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("bad-argument", "would be retracted");
      assertThat(refused.header("Ingest-Outcome")).isEqualTo("not-applied");
      assertThat(served.get("/x/tail").body()).doesNotContain("\"op\":1");
      assertThat(served.get("/datasets").body()).doesNotContain("x.quarantine");
    }
  }

  @Test
  void rowsThatCannotBeMovedAreInLogAndFigures(@TempDir Path folder)
      throws IOException, InterruptedException {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64", "v STRING")));
    String rows = "{\"n\":1}\n{\"n\":\"x\"}\n";
    try (Served served = Served.of(sandbox)) {
      assertThat(served.post("/x/ingest?onError=quarantine", rows).status()).isEqualTo(200);
    }
    Path journal = quarantineJournal(folder);
    Files.deleteIfExists(journal);
    Files.writeString(journal, "no folder");
    try (Served served = Served.of(sandbox, Served.tight(Duration.ofSeconds(20), 10, 1 << 20))) {
      assertThat(figures(served))
          .contains("catchwater_datasets_in_trouble{trouble=\"quarantine\"} 0");
      for (int time = 0; time < 2; time++) {
        Served.Reply pushed = served.post("/x/ingest?onError=quarantine", rows);
        assertThat(pushed.status()).as(pushed.body()).isEqualTo(200);
        assertThat(pushed.body()).contains("\"added\":1", "\"quarantined\":1");
      }
      assertThat(figures(served))
          .contains("catchwater_background_failures_total{trouble=\"quarantine\"} 2.0")
          .contains("catchwater_datasets_in_trouble{trouble=\"quarantine\"} 1.0");
      String line = "could not be put into their quarantine";
      assertThat(served.log().lines().filter(text -> text.contains(line)))
          .singleElement()
          .asString()
          .contains("\"level\":\"error\"", "\"dataset\":\"x\"", "\"code\":\"storage-failed\"");
    }
    // A journal that failed is looked at anew by the next process.
    Files.delete(journal);
    try (Served served = Served.of(sandbox)) {
      assertThat(served.post("/x/ingest?wait=committed", "{\"n\":2}\n").status()).isEqualTo(200);
      assertThat(served.get("/x/quarantine").body()).contains("\"counts\":{\"open\":3");
    }
  }

  static Path quarantineJournal(Path folder) throws IOException {
    Path root = folder.resolve(".catchwater");
    String id = Files.readString(root.resolve("datasets/x.quarantine/info/id")).strip();
    return root.resolve("journal").resolve(id.replace("did:odf:", ""));
  }

  private static String figures(Served served) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(served.server().metricsAddress().orElseThrow()).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static String delete(Served served, String path)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(served.at(path)).DELETE().build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
