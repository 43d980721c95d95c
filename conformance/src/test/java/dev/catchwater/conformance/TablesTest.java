package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables over HTTP; the names of tests are the facts of streamsql-api §3 and its S-rows.
class TablesTest {
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([0-9a-f]+)\"}$");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final String SIMBA =
      "{\"id\":\"user1\",\"first_name\":\"simba\",\"last_name\":\"khadder\"}";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    served = Served.of(sandbox);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private static void is(Served.Reply reply, int status, String... parts) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    for (String part : parts) {
      assertThat(reply.body()).contains(part);
    }
  }

  private void make(String name, String key) {
    is(served.post("/tables", "{\"name\":\"" + name + "\",\"primaryKey\":" + key + "}"), 201);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void F3_1_F3_3_aTableIsMadeFilledAndAsked() {
    Served.Reply made = served.post("/tables", "{\"name\":\"MyTable\",\"primaryKey\":\"id\"}");
    is(made, 201, "\"primaryKey\":[\"id\"]", "\"immutable\":false", "\"dataset\":\"MyTable\"");
    is(served.post("/tables/MyTable/rows", SIMBA), 200, "\"added\":1,", "\"outcome\":\"applied\"");
    Served.Reply row = served.get("/tables/MyTable/rows/user1");
    is(row, 200);
    assertThat(row.body()).isEqualTo(SIMBA);
    is(served.get("/tables/MyTable/rows/user2"), 404, "\"type\":\"key-not-found\"");
    is(served.get("/tables/Other/rows/user1"), 404, "\"type\":\"table-not-found\"");
    is(served.post("/tables", "{\"name\":\"mytable\",\"primaryKey\":[\"id\"]}"), 200);
    is(
        served.post("/tables", "{\"name\":\"MyTable\",\"primaryKey\":\"key\"}"),
        409,
        "\"type\":\"table-exists\"");
    is(served.post("/tables", "{\"name\":\"NoKey\"}"), 400);
  }

  @Test
  void F3_2_rowsOfATableMayHaveAnyFieldsAndChange() {
    make("t", "\"id\"");
    is(
        served.post("/tables/t/rows", "[{\"id\":1,\"a\":1},{\"id\":2,\"b\":[{}]}]"),
        200,
        "\"added\":2,");
    is(served.post("/tables/t/rows", "{\"id\":1,\"c\":true}"), 200, "\"corrected\":1,");
    assertThat(served.get("/tables/t/rows/1").body()).isEqualTo("{\"id\":1,\"c\":true}");
    is(served.post("/tables/t/rows", "{ \"id\": 1, \"c\": true }"), 200, "\"duplicate\":1,");
    is(served.call("DELETE", "/tables/t/rows/1", ""), 200, "\"retracted\":1,");
    is(served.get("/tables/t/rows/1"), 404, "key-not-found");
    is(served.call("DELETE", "/tables/t/rows/1", ""), 200, "\"retracted\":0,");
    is(served.post("/tables/t/rows", "{\"id\":1}"), 200, "\"added\":1,");
    is(served.get("/tables/t/rows/2"), 200, "{\"id\":2,\"b\":[{}]}");
  }

  @Test
  void aBatchIsAtomicAndTheLastOfAKeyCounts() {
    make("t", "\"id\"");
    Served.Reply refused =
        served.post("/tables/t/rows", "[{\"id\":1},{\"id\":2},{\"name\":\"no key\"}]");
    is(refused, 400, "\"type\":\"bad-data\"", "Item 3", "id");
    assertThat(refused.header("Ingest-Outcome")).isEqualTo("not-applied");
    is(served.get("/tables/t/rows/1"), 404);
    is(
        served.post("/tables/t/rows?format=ndjson", "{\"id\":1,\"v\":1}\n{\"id\":1,\"v\":2}\n"),
        200,
        "\"added\":1,");
    assertThat(served.get("/tables/t/rows/1").body()).isEqualTo("{\"id\":1,\"v\":2}");
    is(served.post("/tables/t/rows?format=ndjson", "{\"id\":3}\n{\"id\":null}\n"), 400, "line");
    is(served.post("/tables/t/rows", "[7]"), 400, "an object");
    is(served.post("/tables/t/rows", "{\"id\":1,\"id\":2}"), 400, "twice");
    is(served.post("/tables/t/rows", "{\"id\":{}}"), 400);
    is(served.get("/tables/t/rows/3"), 404);
  }

  @Test
  void S12_keysAreComparedByTheirText() {
    make("t", "\"id\"");
    is(served.post("/tables/t/rows", "{\"id\":1,\"v\":\"number\"}"), 200);
    is(served.get("/tables/t/rows/1"), 200, "number");
    is(served.get("/tables/t/rows?key=" + encoded("[\"1\"]")), 200, "number");
    is(served.get("/tables/t/rows?key=" + encoded("[1.0]")), 200, "number");
    is(served.post("/tables/t/rows", "{\"id\":\"1\",\"v\":\"text\"}"), 200, "\"corrected\":1,");
    is(served.post("/tables/t/rows", "{\"id\":1e0,\"v\":\"float\"}"), 200, "\"corrected\":1,");
    is(served.post("/tables/t/rows", "{\"id\":0.50,\"v\":\"half\"}"), 200, "\"added\":1,");
    is(served.get("/tables/t/rows/0.5"), 200, "{\"id\":0.50,\"v\":\"half\"}");
    is(served.post("/tables/t/rows", "{\"id\":true,\"v\":\"flag\"}"), 200, "\"added\":1,");
    is(served.get("/tables/t/rows/true"), 200, "flag");
    is(served.post("/tables/t/rows", "{\"id\":\"a/b ü\",\"v\":\"odd\"}"), 200, "\"added\":1,");
    is(served.get("/tables/t/rows?key=" + encoded("[\"a/b ü\"]")), 200, "odd");
    is(served.post("/tables/t/rows", "{\"id\":\"ü x\",\"v\":\"plain\"}"), 200);
    is(served.get("/tables/t/rows/" + encoded("ü x")), 200, "plain");
    is(served.post("/tables/t/rows", "{\"id\":\"\",\"v\":\"empty\"}"), 200, "\"added\":1,");
    is(served.get("/tables/t/rows?key=" + encoded("[\"\"]")), 200, "empty");
    is(served.get("/tables/t/rows?key=x"), 400);
    is(served.get("/tables/t/rows?key=" + encoded("[1,2]")), 400);
  }

  @Test
  void S12_aKeyMayHaveSeveralFields() {
    make("t", "[\"sku\",\"site\"]");
    is(served.post("/tables/t/rows", "{\"site\":2,\"sku\":\"a,b\",\"qty\":7}"), 200);
    is(served.post("/tables/t/rows", "{\"site\":\"b,2\",\"sku\":\"a\",\"qty\":8}"), 200);
    is(served.get("/tables/t/rows?key=" + encoded("[\"a,b\",\"2\"]")), 200, "\"qty\":7");
    is(served.get("/tables/t/rows?key=" + encoded("[\"a\", \"b,2\"]")), 200, "\"qty\":8");
    is(served.get("/tables/t/rows/a"), 400, "key");
    is(served.call("DELETE", "/tables/t/rows?key=" + encoded("[\"a,b\",2]"), ""), 200);
    is(served.get("/tables/t/rows?key=" + encoded("[\"a,b\",2]")), 404);
  }

  @Test
  void aScanHasEachRowOnceHotOrSealed() {
    make("t", "\"id\"");
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 700; i++) {
      rows.append("{\"id\":").append(i).append("}\n");
    }
    is(served.post("/tables/t/rows?format=ndjson&wait=committed", rows.toString()), 200);
    is(served.post("/tables/t/rows", "[{\"id\":700},{\"id\":5,\"v\":1},{\"id\":701}]"), 200);
    is(served.call("DELETE", "/tables/t/rows/6", ""), 200);
    TreeSet<Integer> seen = new TreeSet<>();
    String after = "";
    int pages = 0;
    while (after != null) {
      Served.Reply page = served.get("/tables/t/rows?limit=100" + after);
      is(page, 200);
      Matcher ids = ID.matcher(page.body());
      while (ids.find()) {
        assertThat(seen.add(Integer.valueOf(ids.group(1)))).isTrue();
      }
      Matcher next = NEXT.matcher(page.body());
      after = next.find() ? "&after=" + next.group(1) : null;
      pages++;
    }
    assertThat(seen).hasSize(701).contains(0, 5, 700, 701).doesNotContain(6);
    assertThat(pages).isEqualTo(8);
    Served.Reply lines = served.get("/tables/t/rows?format=ndjson&limit=1000");
    assertThat(lines.body().lines().count()).isEqualTo(701);
    assertThat(lines.header("Rows-Next")).isEmpty();
    is(served.get("/tables/t/rows?after=zz"), 400);
    is(served.get("/tables/t/rows?after=" + "0".repeat(48)), 409, "scan-lost");
  }

  @Test
  void F3_5_aDynamicTableHasNoVersions() {
    make("t", "\"id\"");
    is(served.get("/tables/t/rows/1?version=1"), 400, "\"type\":\"not-versioned\"", "freeze");
    is(
        served.post(
            "/tables", "{\"name\":\"t\",\"primaryKey\":\"id\",\"immutable\":true,\"data\":[]}"),
        409,
        "freeze");
    is(served.post("/tables", "{\"name\":\"u\",\"primaryKey\":\"id\",\"version\":1}"), 400);
  }

  @Test
  void F3_6_F3_9_anImmutableTableIsMadeFromDataAndAsked() {
    String definition =
        "{\"name\":\"Users\",\"primaryKey\":\"id\",\"immutable\":true,\"version\":1,\"data\":["
            + SIMBA
            + "]}";
    Served.Reply made = served.post("/tables", definition);
    is(made, 201, "\"immutable\":true", "\"version\":1", "\"dataset\":\"Users.v1\"", "\"rows\":1");
    assertThat(served.get("/tables/Users/rows/user1").body()).isEqualTo(SIMBA);
    is(served.get("/tables/Users/rows/user1?version=2"), 404, "table-not-found");
    is(served.post("/tables", definition), 200, "\"version\":1");
    is(served.post("/tables", definition.replace("simba", "nala")), 409, "table-exists");
    is(
        served.post("/tables", definition.replace("simba", "nala").replace("sion\":1", "sion\":3")),
        201,
        "\"newest\":3");
    is(served.get("/tables/users/rows/user1"), 200, "nala");
    is(served.get("/tables/Users/rows/user1?version=1"), 200, "simba");
    is(served.post("/tables/Users/rows", SIMBA), 409, "\"type\":\"table-immutable\"");
    is(served.call("DELETE", "/tables/Users/rows/user1", ""), 409, "table-immutable");
    is(served.push("Users.v1", "{\"key\":\"x\",\"payload\":\"{}\"}"), 409, "table-immutable");
    is(served.post("/tables", "{\"name\":\"Users\",\"primaryKey\":\"id\"}"), 409, "table-exists");
    sandbox.run("verify", "Users.v1").succeeded();
    assertThat(sandbox.run("list").succeeded().out()).contains("Users.v1", "Users.v3");
  }

  @Test
  void S16_aFileGetsTheNextVersionWhereItsRowsDiffer() {
    String address = "/tables?name=users&primaryKey=id&format=csv";
    is(served.post(address, "id,n\n1,x\n2,y\n"), 201, "\"version\":1,", "\"rows\":2");
    is(served.post(address, "id,n\n2,y\n1,x\n"), 200, "\"version\":1,");
    is(served.post(address, "id,n\n1,x\n2,z\n"), 201, "\"version\":2,", "\"newest\":2");
    is(served.get("/tables/users/rows/2"), 200, "{\"id\":2,\"n\":\"z\"}");
    is(served.get("/tables/users/rows/2?version=1"), 200, "{\"id\":2,\"n\":\"y\"}");
    is(served.post(address, "id,n\n1,x\n2,y\n"), 201, "\"version\":3,");
    is(served.post(address + "&version=2", "id,n\n9,x\n"), 409, "table-exists");
    Served.Reply twice = served.post(address, "id,n\n1,x\n1,y\n");
    is(twice, 400, "\"type\":\"bad-data\"");
    is(served.get("/tables/users"), 200, "\"newest\":3");
    is(served.post("/tables?name=plain&format=csv", "a\n1\n1\n"), 201, "\"primaryKey\":[]");
    is(served.get("/tables/plain/rows/1"), 400, "primary key");
    is(
        served.post("/tables?name=two&primaryKey=a,b&format=csv", "a,b\n1,2\n"),
        201,
        "\"primaryKey\":[\"a\",\"b\"]");
    is(served.get("/tables/two/rows?key=" + encoded("[1,2]")), 200, "{\"a\":1,\"b\":2}");
  }

  @Test
  void S11_F3_8_freezingMakesAVersionAndTheTableStays() {
    make("t", "\"id\"");
    is(served.post("/tables/t/rows", "[{\"id\":1,\"v\":1},{\"id\":2}]"), 200);
    is(served.call("DELETE", "/tables/t/rows/2", ""), 200);
    is(
        served.post("/tables/t/freeze", "{\"version\":1}"),
        201,
        "\"immutable\":true",
        "\"version\":1",
        "\"rows\":1");
    is(served.post("/tables/t/rows", "{\"id\":1,\"v\":2}"), 200);
    is(served.get("/tables/t/rows/1"), 200, "\"v\":2");
    is(served.get("/tables/t/rows/1?version=1"), 200, "\"v\":1");
    is(served.post("/tables/t/freeze", "{\"version\":1}"), 409, "table-exists");
    is(served.post("/tables/t/freeze", ""), 201, "\"version\":2");
    is(served.post("/tables/t/freeze", ""), 200, "\"version\":2");
    is(served.get("/tables/t"), 200, "\"immutable\":false", "\"newest\":2");
    is(served.get("/tables/t/rows/1?version=7"), 404, "table-not-found");
    is(served.post("/tables/other/freeze", ""), 404, "table-not-found");
  }

  @Test
  void aTableIsThereAfterTheServerBeganAnew() {
    make("My_Table", "\"id\"");
    is(served.post("/tables/My_Table/rows", "[{\"id\":1},{\"id\":2}]"), 200);
    is(served.call("DELETE", "/tables/My_Table/rows/1", ""), 200);
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":1}]"), 201);
    String before = served.get("/tables").body();
    served.close();
    served = Served.of(sandbox);
    assertThat(served.get("/tables").body()).isEqualTo(before).contains("My-Table", "u.v1");
    is(served.get("/tables/my_table/rows/2"), 200, "{\"id\":2}");
    is(served.get("/tables/my_table/rows/1"), 404);
    is(served.get("/tables/u/rows/1"), 200, "{\"id\":1}");
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":1}]"), 200);
  }

  @Test
  void aVersionThatACrashLeftWithoutItsRowsIsMadeAnew() {
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":1}]"), 201);
    served.close();
    List<String> blocks = new ArrayList<>();
    Chains.open(sandbox, "u.v1").blocks().forEach(block -> blocks.add(block.hash().toString()));
    assertThat(blocks).hasSize(5);
    sandbox.run("--yes", "reset", "u.v1", blocks.get(2)).succeeded();
    served = Served.of(sandbox);
    is(served.get("/tables/u"), 404);
    is(served.get("/tables/u/rows/1?version=1"), 404);
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":2}]"), 201, "\"version\":1,");
    is(served.get("/tables/u/rows/2"), 200);
  }

  private void command(String dataset, String... words) {
    served.stepAside(dataset);
    sandbox.run(words).succeeded();
  }

  @Test
  void aServerGoesByWhatCommandsDeletedBesideIt() {
    for (int i = 0; i < 3; i++) {
      make("t", "\"id\"");
      is(served.post("/tables/t/rows", "{\"id\":1}"), 200);
      is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":1}]"), 201, "\"version\":1,");
      is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":2}]"), 201, "\"version\":2,");
      is(served.get("/tables/u/rows/2"), 200);
      command("u.v2", "delete", "--yes", "u.v2");
      is(served.get("/tables/u/rows/2"), 404, "key-not-found");
      is(served.get("/tables/u/rows/1"), 200, "{\"id\":1}");
      is(served.get("/tables"), 200, "\"newest\":1}");
      command("t", "delete", "--yes", "t");
      command("u.v1", "delete", "--yes", "u.v1");
      is(served.get("/tables/t/rows/1"), 404, "table-not-found");
      is(served.get("/tables/u/rows/1"), 404, "table-not-found");
      is(served.post("/tables/t/rows", "{\"id\":1}"), 404, "table-not-found");
      is(served.get("/tables"), 200, "{\"tables\":[]}");
      is(served.post("/tables?name=t&primaryKey=k", "[{\"k\":1}]"), 201, "\"version\":1,");
      is(served.post("/tables", "{\"name\":\"u\",\"primaryKey\":\"k\"}"), 201);
      is(served.get("/tables/t/rows/1"), 200, "{\"k\":1}");
      command("t.v1", "delete", "--yes", "t.v1");
      command("u", "delete", "--yes", "u");
    }
  }

  @Test
  void aTableThatACommandRenamesHasItsNewName() {
    make("My_Table", "\"id\"");
    is(served.post("/tables/my_table/rows", "{\"id\":1}"), 200);
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":2}]"), 201);
    is(served.get("/tables/u/rows/2"), 200);
    command("My-Table", "rename", "my-table", "Other");
    command("u.v1", "rename", "u.v1", "People.v3");
    is(served.get("/tables/my_table/rows/1"), 404, "table-not-found");
    is(served.get("/tables/u/rows/2"), 404, "table-not-found");
    is(served.get("/tables/other/rows/1"), 200, "{\"id\":1}");
    is(served.post("/tables/Other/rows", "{\"id\":3}"), 200);
    is(served.get("/tables/people/rows/2"), 200, "{\"id\":2}");
    is(served.get("/tables/people/rows/2?version=3"), 200, "{\"id\":2}");
    is(served.get("/tables"), 200, "\"name\":\"Other\"", "\"name\":\"People\"", "\"newest\":3}");
    make("My_Table", "\"id\"");
    is(served.post("/tables?name=u&primaryKey=id", "[{\"id\":4}]"), 201, "\"version\":1,");
    is(served.get("/tables/u/rows/4"), 200);
    command("People.v3", "rename", "People.v3", "plain");
    is(served.get("/tables/people/rows/2"), 404, "table-not-found");
    is(served.get("/tables/plain"), 404);
  }

  @Test
  void F3_8_aFrozenVersionHasTheLastRowOfEachKeyWhereverItLies() {
    make("t", "\"id\"");
    StringBuilder rows = new StringBuilder();
    for (int id = 0; id < 3_000; id++) {
      rows.append("{\"id\":").append(id).append(",\"v\":0}\n");
    }
    is(served.post("/tables/t/rows?format=ndjson&wait=committed", rows.toString()), 200);
    for (int round = 1; round < 5; round++) {
      StringBuilder some = new StringBuilder();
      for (int id = round; id < 3_000; id += 7 * round) {
        some.append("{\"id\":").append(id).append(",\"v\":").append(round).append("}\n");
      }
      String wait = round % 2 == 0 ? "&wait=committed" : "";
      is(served.post("/tables/t/rows?format=ndjson" + wait, some.toString()), 200);
      is(served.call("DELETE", "/tables/t/rows/" + 3 * round, ""), 200, "\"retracted\":1");
      is(served.call("DELETE", "/tables/t/rows/" + 5 * round, ""), 200);
      is(served.post("/tables/t/rows", "{\"id\":" + 5 * round + ",\"v\":\"again\"}"), 200);
      is(served.post("/tables/t/freeze", ""), 201, "\"version\":" + round);
      List<String> now = lines("/tables/t/rows?format=ndjson&limit=10000");
      List<String> frozen = lines("/tables/t/rows?format=ndjson&limit=10000&version=" + round);
      assertThat(frozen).hasSizeBetween(2_900, 2_999).containsExactlyInAnyOrderElementsOf(now);
    }
  }

  private List<String> lines(String path) {
    return served.get(path).body().lines().toList();
  }
}
