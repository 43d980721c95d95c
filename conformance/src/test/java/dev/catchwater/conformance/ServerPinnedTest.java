package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The field `datasets` of `POST /query`: what a statement's tables are, and as of which blocks.
class ServerPinnedTest {
  private static final String UNKNOWN =
      "f16200000000000000000000000000000000000000000000000000000000000000000";

  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void open() {
    served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
    // The first push of a dataset is a commit of its own.
    push(1, "committed");
  }

  @AfterEach
  void close() {
    served.close();
  }

  private void push(int v, String wait) {
    String row = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + v + "}";
    String path = "/gps/ingest" + (wait.isEmpty() ? "" : "?wait=" + wait);
    assertThat(served.post(path, row, "Content-Type", "application/x-ndjson").status())
        .isEqualTo(200);
  }

  private Served.Reply ask(String sql, String datasets) {
    return served.post("/query", "{\"query\":\"" + sql + "\",\"datasets\":" + datasets + "}");
  }

  private static String member(String json, String name) {
    int at = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return json.substring(at, json.indexOf('"', at));
  }

  private void refused(String datasets, int status, String slug, String place) {
    Served.Reply reply = ask("select v from gps", datasets);
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.body()).contains("\"type\":\"" + slug + "\"", place);
  }

  @Test
  void aStatementSeesTheRowsUpToTheBlock() {
    Served.Reply now = ask("select v from gps order by v", "[{\"alias\":\"gps\"}]");
    assertThat(now.body()).contains("[{\"v\":1}]", "\"rowsBehindBlock\":0");
    String first = member(now.body(), "blockHash");
    String id = member(now.body(), "id");
    push(2, "committed");
    push(3, "");
    String pinned = "[{\"id\":\"" + id + "\",\"blockHash\":\"" + first + "\"}]";
    Served.Reply then = ask("select v from gps order by v", pinned);
    assertThat(then.body()).contains("[{\"v\":1}]", "\"blockHash\":\"" + first + "\"");
    Served.Reply all = ask("select v from gps order by v", "[{\"id\":\"" + id + "\"}]");
    assertThat(all.body()).contains("[{\"v\":1},{\"v\":2},{\"v\":3}]", "\"rowsBehindBlock\":1");
    String second = member(all.body(), "blockHash");
    assertThat(second).isNotEqualTo(first);
    // One dataset at two moments, under names of the statement's own.
    String both =
        "[{\"id\":\""
            + id
            + "\",\"alias\":\"old\",\"blockHash\":\""
            + first
            + "\"},{\"id\":\""
            + id
            + "\",\"alias\":\"new\",\"blockHash\":\""
            + second
            + "\"}]";
    Served.Reply difference = ask("select v from new except select v from old", both);
    assertThat(difference.body()).contains("[{\"v\":2}]", "\"alias\":\"old\"", "\"alias\":\"new\"");
    assertThat(served.post("/query", "{\"query\":\"select v from gps order by v\"}").body())
        .contains("[{\"v\":1},{\"v\":2},{\"v\":3}]")
        .doesNotContain("datasets");
  }

  @Test
  void whatIsNotThereIsTheClientsFaultAndNamed() {
    refused("7", 400, "bad-argument", "datasets");
    refused("[7]", 400, "bad-argument", "datasets[0]");
    refused("[{}]", 400, "bad-argument", "datasets[0]");
    refused("[{\"alias\":7}]", 400, "bad-argument", "datasets[0].alias");
    refused("[{\"name\":\"gps\"}]", 400, "bad-argument", "name");
    refused("[{\"id\":\"gps\"}]", 400, "bad-argument", "datasets[0].id");
    refused("[{\"id\":\"did:odf:x\"}]", 400, "bad-argument", "datasets[0].id");
    refused("[{\"alias\":\"nothing\"}]", 404, "dataset-not-found", "datasets[0].alias");
    refused("[{\"alias\":\"no name!\"}]", 404, "dataset-not-found", "datasets[0].alias");
    refused("[{\"alias\":\"gps\"},{\"alias\":\"GPS\"}]", 400, "bad-argument", "datasets[1].alias");
    refused(
        "[{\"alias\":\"gps\",\"blockHash\":\"xyz\"}]",
        400,
        "bad-argument",
        "datasets[0].blockHash");
    refused(
        "[{\"alias\":\"gps\",\"blockHash\":\"" + UNKNOWN + "\"}]",
        404,
        "object-not-found",
        "datasets[0].blockHash");
    assertThat(ask("select v from gps", "[]").body()).contains("[{\"v\":1}]");
    assertThat(ask("select v from gps", "null").body()).doesNotContain("datasets");
    assertThat(ask("select v from other", "[{\"alias\":\"gps\"}]").status()).isEqualTo(404);
  }
}
