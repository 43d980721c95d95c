package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Slices;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Retention (design decision 10, §7.29; streamsql-api §2, S5): rows go, the chain stays.
class RetentionTest {
  private static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: s
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema:
                - n BIGINT
            merge:
              kind: Append
          - kind: SetAttachments
            attachments:
              kind: Embedded
              items:
                - path: retention.json
                  content: '{"kind":"Retention",POLICY}'
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void dataset(String policy) {
    sandbox.at("2050-01-01T00:00:00Z");
    sandbox.pipe(MANIFEST.replace("POLICY", policy), "add", "--stdin").succeeded();
  }

  private void push(int n, String time) {
    sandbox.at(time);
    sandbox.push("s", "{\"n\":" + n + "}\n{\"n\":" + n + "}\n").succeeded();
  }

  private List<Boolean> files() {
    Dataset dataset = Chains.open(sandbox, "s");
    List<Boolean> there = new ArrayList<>();
    dataset
        .blocks()
        .forEach(block -> {
          DataSlice slice = Slices.of(block.block().event());
          if (slice != null) {
            there.addFirst(Files.exists(dataset.slicePath(slice)));
          }
        });
    return there;
  }

  private List<String> kept() {
    return sandbox
        .run("sql", "-o", "csv", "-c", "select n from s order by 1")
        .succeeded()
        .outLines();
  }

  @Test
  void S5_rowsOlderThanTheAgeGoAndTheChainStays() throws Exception {
    dataset("\"age\":\"1h\"");
    push(1, "2050-01-01T00:00:00Z");
    push(2, "2050-01-01T00:30:00Z");
    push(3, "2050-01-01T01:10:00Z"); // 1 is expired, its file is there for another minute
    assertThat(kept()).containsExactly("n", "2", "2", "3", "3");
    assertThat(sandbox.rows("s")).hasSize(4);
    assertThat(files()).containsExactly(true, true, true);
    push(4, "2050-01-01T01:10:30Z");
    assertThat(files()).containsExactly(true, true, true, true);
    push(5, "2050-01-01T01:20:00Z");
    assertThat(files()).containsExactly(false, true, true, true, true);
    push(6, "2050-01-01T09:00:00Z");
    push(7, "2050-01-01T09:02:00Z");
    assertThat(files()).containsExactly(false, false, false, false, false, true, true);
    assertThat(kept()).containsExactly("n", "6", "6", "7", "7");
    Outcome verified = sandbox.run("-v", "verify", "s").succeeded();
    assertThat(verified.out() + verified.err())
        .contains("5 slice(s) with 10 row(s) are not there", "expired by the retention");
    // A file that is gone and was not given up is damage as ever.
    Dataset dataset = Chains.open(sandbox, "s");
    Files.delete(dataset.slicePath(dataset.slicesFromEnd().iterator().next()));
    assertThat(sandbox.run("verify", "s").exit()).isEqualTo(1);
  }

  @Test
  void S5_rowsAndBytesLimitWholeSlicesAndTheNewestStays() {
    dataset("\"rows\":4");
    for (int i = 1; i < 6; i++) {
      push(i, "2050-01-01T00:0" + 2 * (i - 1) + ":00Z");
    }
    assertThat(kept()).containsExactly("n", "4", "4", "5", "5");
    assertThat(files()).containsExactly(false, false, true, true, true);
    assertThat(sandbox.run("--yes", "system", "gc", "s").exit()).isZero();
    sandbox.run("verify", "s").succeeded();
  }

  @Test
  void whatExpiredIsNotCopiedAndNotCorrupt() throws Exception {
    dataset("\"rows\":2");
    for (int i = 1; i < 5; i++) {
      push(i, "2050-01-01T00:0" + 2 * (i - 1) + ":00Z");
    }
    String first = Chains.open(sandbox, "s").slicesFromEnd().iterator().next().toString();
    assertThat(first).isNotEmpty();
    Path remote = Files.createDirectories(folder.resolve("remote"));
    sandbox.run("push", "s", "--to", remote.resolve("s").toUri().toString()).succeeded();
    Sandbox other = Sandbox.in(Files.createDirectories(folder.resolve("other")));
    other.run("pull", remote.resolve("s").toUri().toString(), "--as", "s").succeeded();
    assertThat(other.rows("s")).hasSize(2);
    other.run("verify", "s").succeeded();
    other.run("pull", "s").succeeded();
    push(9, "2050-01-02T00:00:00Z");
    sandbox.run("push", "s", "--to", remote.resolve("s").toUri().toString()).succeeded();
    other.run("pull", "s").succeeded();
    assertThat(other.rows("s")).hasSize(2);
    other.run("verify", "s").succeeded();
  }

  @Test
  void F2_2_aStreamHasARetentionThatChanges() {
    try (Served served = Served.of(sandbox)) {
      String policy = "{\"age\":\"30d\",\"rows\":2}";
      Served.Reply made = served.post("/streams", "{\"name\":\"s\",\"retention\":" + policy + "}");
      assertThat(made.status()).isEqualTo(201);
      assertThat(made.body()).contains("\"retention\":" + policy);
      assertThat(served.post("/streams", "{\"name\":\"s\",\"retention\":" + policy + "}").status())
          .isEqualTo(200);
      assertThat(served.post("/streams", "{\"name\":\"s\"}").status()).isEqualTo(409);
      for (String bad : new String[] {"{}", "{\"age\":\"x\"}", "{\"rows\":0}", "{\"a\":1}", "7"}) {
        String body = "{\"name\":\"t\",\"retention\":" + bad + "}";
        assertThat(served.post("/streams", body).status()).as(bad).isEqualTo(400);
      }
      for (int i = 0; i < 3; i++) {
        String events = "[{\"n\":" + i + "},{\"n\":" + i + "}]";
        assertThat(served.post("/streams/s/ingest?wait=committed", events).status()).isEqualTo(200);
      }
      String sql = "select count(*) as c, min(n) as m from s";
      String found =
          served.get("/query?query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8)).body();
      assertThat(found).contains("\"c\":6,\"m\":0"); // it is looked at once a minute
      Served.Reply changed = served.post("/streams/s/retention", "{\"retention\":null}");
      assertThat(changed.body()).contains("\"retention\":null");
      assertThat(served.get("/streams/s").body()).contains("\"retention\":null", "\"rows\":6");
    }
    sandbox.run("verify", "s").succeeded();
  }
}
