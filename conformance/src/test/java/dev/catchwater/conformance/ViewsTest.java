package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Materialized views over HTTP; the names of tests are the facts of streamsql-api §5 and its
/// S-rows.
class ViewsTest {
  private static final String PURCHASES =
      "[{\"id\":1,\"user\":\"simba\",\"item\":\"a\",\"state\":\"CA\",\"price\":10},"
          + "{\"id\":2,\"user\":\"nala\",\"item\":\"b\",\"state\":\"NY\",\"price\":2.5},"
          + "{\"id\":3,\"user\":\"simba\",\"item\":\"b\",\"state\":\"CA\",\"price\":2.5}]";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    served = Served.of(sandbox);
    is(served.post("/streams", "{\"name\":\"purchases\"}"), 201);
    is(served.post("/streams/purchases/ingest?format=json", PURCHASES), 200);
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

  private Served.Reply make(
      String name, String kind, String query, String dependencies, String columns) {
    return make(name, kind, query, dependencies, columns, "");
  }

  private Served.Reply keyed(String name, String query, String columns, String key) {
    String more = ",\"primaryKey\":" + key;
    return make(name, "table", query, "[\"purchases\"]", columns, more);
  }

  private Served.Reply make(
      String name, String kind, String query, String dependencies, String columns, String more) {
    return served.post(
        "/views",
        "{\"name\":\""
            + name
            + "\",\"kind\":\""
            + kind
            + "\",\"query\":\""
            + query.replace("\"", "\\\"")
            + "\",\"dependencies\":"
            + dependencies
            + ",\"outputColumns\":"
            + columns
            + more
            + "}");
  }

  private String rows(String view) {
    is(served.post("/views/" + view + "/refresh", ""), 200, "\"fresh\":true");
    Served.Reply reply = served.get("/views/" + view + "/rows");
    is(reply, 200);
    return reply.body();
  }

  @Test
  void F5_1_F5_7_S17_aProjectionOfAStreamIsAStream() {
    String query = "SELECT id, user, item FROM purchases WHERE state = 'CA'";
    Served.Reply made = make("ca", "stream", query, "[\"purchases\"]", "[\"user\",\"item\"]");
    is(made, 201, "\"maintenance\":\"incremental\"", "only those that outputColumns names");
    is(make("ca", "stream", query, "[\"purchases\"]", "[\"user\",\"item\"]"), 200);
    is(make("ca", "stream", query, "[\"purchases\"]", "[\"id\",\"item\"]"), 409, "view-exists");
    assertThat(rows("ca"))
        .isEqualTo(
            "{\"rows\":[{\"user\":\"simba\",\"item\":\"a\"},{\"user\":\"simba\",\"item\":\"b\"}]}");
    is(served.post("/ca/ingest", "{}"), 400, "root datasets only");
    is(served.get("/views"), 200, "\"name\":\"ca\"");
    is(served.get("/views/nope"), 404);
  }

  @Test
  void F5_8_F5_9_S19_S20_aGroupByIsATable() {
    String query =
        "SELECT user, COUNT(*), SUM(price), AVG(price), COLLECT(item) FROM purchases"
            + " WHERE state == state GROUP BY user";
    is(
        make("totals", "table", query, "[\"purchases\"]", "[\"who\",\"n\",\"s\",\"m\",\"items\"]"),
        201,
        "\"primaryKey\":[\"who\"]",
        "\"maintenance\":\"incremental\"");
    assertThat(rows("totals"))
        .contains("{\"who\":\"simba\",\"n\":2,\"s\":12.5,\"m\":6.25,\"items\":[\"a\",\"b\"]}");
    is(
        served.post(
            "/streams/purchases/ingest?format=json",
            "{\"user\":\"simba\",\"item\":\"c\",\"state\":\"CA\",\"price\":7.5}"),
        200);
    assertThat(rows("totals"))
        .contains("{\"who\":\"simba\",\"n\":3,\"s\":20.0,\"m\":6.666666666666667,")
        .contains("\"items\":[\"a\",\"b\",\"c\"]}");
    is(served.get("/views/totals/rows?key=nala"), 200, "{\"who\":\"nala\",\"n\":1,");
    is(served.get("/views/totals/rows?key=%5B%22simba%22%5D"), 200, "\"n\":3");
    is(served.get("/views/totals/rows?key=zazu"), 404, "key-not-found");
    is(served.get("/totals/tail"), 200, "\"op\":3");
    is(
        make(
            "ofTotals",
            "table",
            "SELECT who, n FROM totals WHERE n > 1",
            "[\"totals\"]",
            "[\"who\",\"n\"]"),
        201,
        "\"maintenance\":\"recomputed\"");
    assertThat(rows("ofTotals")).isEqualTo("{\"rows\":[{\"who\":\"simba\",\"n\":3}]}");
  }

  @Test
  void F5_17_S19_groupsOfQualifiedAndRenamedColumnsHaveTheirKey() {
    String california = " FROM purchases AS p WHERE p.state == 'CA' GROUP BY p.user";
    String[][] made = {
      {"a", "SELECT p.user, SUM(p.price)" + california, "[\"user\",\"total\"]", "[\"user\"]"},
      {
        "f",
        "SELECT p.user, MIN(p.price) FROM purchases p GROUP BY user",
        "[\"user\",\"price\"]",
        "[\"user\"]"
      },
      {
        "b",
        "SELECT user, COUNT(*), AVG(price) FROM purchases GROUP BY user",
        "[\"user\",\"purchases\",\"price\"]",
        "[\"user\"]"
      },
      {
        "c",
        "SELECT user, state, COUNT(*) FROM purchases GROUP BY user, state",
        "[\"state\",\"user\",\"n\"]",
        "[\"state\",\"user\"]"
      },
      {
        "d",
        "SELECT upper(user) AS who, MAX(price) AS id FROM purchases GROUP BY who",
        "[\"user\",\"price\"]",
        "[\"user\"]"
      },
      {"e", "SELECT user, COUNT(*) FROM purchases GROUP BY user, item", "[\"user\",\"n\"]", "[]"}
    };
    for (String[] view : made) {
      is(
          make(view[0], "table", view[1], "[\"purchases\"]", view[2]),
          201,
          "\"maintenance\":\"incremental\"",
          "\"primaryKey\":" + view[3]);
      rows(view[0]);
    }
    is(
        served.post(
            "/streams/purchases/ingest?format=json",
            "{\"user\":\"simba\",\"item\":\"a\",\"state\":\"CA\",\"price\":5.5}"),
        200);
    assertThat(rows("a")).isEqualTo("{\"rows\":[{\"user\":\"simba\",\"total\":18.0}]}");
    assertThat(rows("b")).contains("{\"user\":\"simba\",\"purchases\":3,\"price\":6.0}");
    assertThat(rows("c"))
        .contains("{\"state\":\"simba\",\"user\":\"CA\",\"n\":3}")
        .contains("{\"state\":\"nala\",\"user\":\"NY\",\"n\":1}");
    assertThat(rows("f")).contains("{\"user\":\"simba\",\"price\":2.5}");
    assertThat(rows("d")).contains("{\"user\":\"SIMBA\",\"price\":10.0}");
    assertThat(rows("e"))
        .contains("{\"user\":\"simba\",\"n\":2}")
        .contains("{\"user\":\"simba\",\"n\":1}");
    sandbox.run("verify", "%").succeeded().says("7 dataset(s) are valid");
  }

  @Test
  void F5_13_F5_14_S19_aTableOfAStreamHasItsRowsByTheirKey() {
    String query = "SELECT id, user FROM purchases";
    is(
        keyed("v", query, "[\"new_id\",\"who\"]", "[\"new_id\"]"),
        201,
        "\"maintenance\":\"incremental\"",
        "\"primaryKey\":[\"new_id\"]");
    assertThat(rows("v")).contains("{\"new_id\":1,\"who\":\"simba\"}");
    is(served.get("/views/v/rows?key=2"), 200, "{\"new_id\":2,\"who\":\"nala\"}");
    is(make("w", "table", query, "[\"purchases\"]", "[\"id\",\"user\"]"), 201, "\"primaryKey\":[]");
    assertThat(rows("w")).contains("{\"id\":3,\"user\":\"simba\"}");
    is(keyed("u", "SELECT user, id FROM purchases", "[\"user\",\"id\"]", "\"user\""), 201);
    is(
        served.post("/views/u/refresh", ""),
        400,
        "bad-data",
        "Two rows of u have the primary key user = simba");
    String before = rows("v");
    is(served.post("/streams/purchases/ingest?format=json", "{\"id\":2,\"user\":\"zazu\"}"), 200);
    is(
        served.post("/views/v/refresh", ""),
        400,
        "Two rows of v have the primary key new_id = 2",
        "GROUP BY");
    is(served.get("/views/v/rows"), 200, before);
  }

  @Test
  void F5_14_aKeyThatComesTwiceIsRefusedWhateverTheQuery() {
    is(keyed("d", "SELECT DISTINCT id, item FROM purchases", "[\"id\",\"item\"]", "\"id\""), 201);
    is(
        keyed(
            "n",
            "SELECT user, COUNT(*) FROM purchases GROUP BY user",
            "[\"user\",\"n\"]",
            "[\"n\"]"),
        201,
        "\"maintenance\":\"recomputed\"",
        "its primary key is not what it is grouped by");
    rows("d");
    rows("n");
    is(served.get("/views/n/rows?key=2"), 200, "{\"user\":\"simba\",\"n\":2}");
    String twice = "{\"id\":2,\"user\":\"nala\",\"item\":\"z\"}";
    is(served.post("/streams/purchases/ingest?format=json", twice), 200);
    is(served.post("/views/d/refresh", ""), 400, "Two rows of d have the primary key id = 2");
    is(served.post("/views/n/refresh", ""), 400, "Two rows of n have the primary key n = 2");
  }

  @Test
  void F5_10_aStreamIsJoinedWithATable() {
    String catalog =
        "{\"name\":\"catalog\",\"primaryKey\":\"id\",\"immutable\":true,"
            + "\"data\":[{\"id\":\"a\",\"title\":\"Apple\"},{\"id\":\"b\",\"title\":\"Bread\"}]}";
    is(served.post("/tables", catalog), 201);
    String query = "SELECT p.user, c.title FROM purchases p INNER JOIN catalog c ON p.item = c.id";
    is(
        make("titles", "stream", query, "[\"purchases\",\"catalog\"]", "[\"user\",\"title\"]"),
        201,
        "\"maintenance\":\"incremental\"",
        "a join of a stream with tables");
    assertThat(rows("titles"))
        .contains("{\"user\":\"simba\",\"title\":\"Apple\"}")
        .contains("{\"user\":\"nala\",\"title\":\"Bread\"}");
    String sold =
        "SELECT c.title, COUNT(p.user), MAX(p.price) FROM purchases p"
            + " INNER JOIN catalog c ON p.item = c.id GROUP BY c.title";
    is(
        make(
            "sold", "table", sold, "[\"purchases\",\"catalog\"]", "[\"title\",\"user\",\"price\"]"),
        201,
        "\"maintenance\":\"incremental\"",
        "\"primaryKey\":[\"title\"]");
    assertThat(rows("sold")).contains("{\"title\":\"Bread\",\"user\":2,\"price\":2.5}");
  }

  @Test
  void F5_11_S22_joinsOfStreamsAndOfDynamicTablesAreRefused() {
    is(served.post("/streams", "{\"name\":\"clicks\"}"), 201);
    is(served.post("/tables", "{\"name\":\"Users\",\"primaryKey\":\"id\"}"), 201);
    is(
        make(
            "x",
            "stream",
            "SELECT a.user FROM purchases a JOIN clicks b ON a.user = b.user",
            "[\"purchases\",\"clicks\"]",
            "[\"user\"]"),
        400,
        "Two streams cannot be joined: purchases and clicks",
        "GROUP BY");
    is(
        make(
            "x",
            "stream",
            "SELECT a.user FROM purchases a JOIN Users b ON a.user = b.id",
            "[\"purchases\",\"Users\"]",
            "[\"user\"]"),
        400,
        "The dynamic table Users cannot be joined with purchases",
        "freeze Users");
  }

  @Test
  void F3_5_aDynamicTableIsProjectedIntoAnother() {
    is(served.post("/tables", "{\"name\":\"Users\",\"primaryKey\":\"id\"}"), 201);
    is(served.post("/tables/Users/rows", "{\"id\":\"u1\",\"age\":3}"), 200);
    is(served.post("/tables/Users/rows", "{\"id\":\"u2\",\"age\":5}"), 200);
    is(
        served.post(
            "/views",
            "{\"name\":\"ages\",\"kind\":\"table\",\"query\":\"SELECT id, age + 1 FROM Users\","
                + "\"dependencies\":[\"Users\"],\"outputColumns\":[\"id\",\"next\"],"
                + "\"primaryKey\":\"id\"}"),
        201);
    assertThat(rows("ages")).contains("{\"id\":\"u1\",\"next\":4}", "{\"id\":\"u2\",\"next\":6}");
    is(served.post("/tables/Users/rows", "{\"id\":\"u1\",\"age\":9}"), 200);
    is(served.call("DELETE", "/tables/Users/rows/u2", ""), 200);
    assertThat(rows("ages")).isEqualTo("{\"rows\":[{\"id\":\"u1\",\"next\":10}]}");
  }

  @Test
  void S18_S19_S21_whatIsMissingIsSaid() {
    is(
        served.post("/views", "{\"name\":\"v\",\"kind\":\"table\",\"query\":\"SELECT 1\"}"),
        400,
        "dependencies is missing");
    is(
        make(
            "v",
            "table",
            "SELECT user, AVG(price) FROM purchases",
            "[\"purchases\"]",
            "[\"user\",\"mean\"]"),
        400,
        "GROUP BY");
    is(
        make(
            "v",
            "stream",
            "SELECT user, COUNT(*) FROM purchases GROUP BY user",
            "[\"purchases\"]",
            "[\"user\",\"n\"]"),
        400,
        "materialize a table");
    is(
        make("v", "stream", "SELECT user FROM purchases", "[\"purchases\"]", "[\"a\",\"b\"]"),
        400,
        "The query gives 1 columns (user), outputColumns names 2");
    is(make("v", "stream", "SELECT * FROM nope", "[\"nope\"]", "[\"a\"]"), 404, "nope");
    is(
        make("v", "stream", "SELECT * FROM read_text('/etc/passwd')", "[\"purchases\"]", "[\"a\"]"),
        400,
        "sql-not-allowed");
  }

  @Test
  void theServerKeepsAViewFresh() throws InterruptedException {
    is(make("n", "table", "SELECT count(*) FROM purchases", "[\"purchases\"]", "[\"n\"]"), 201);
    assertThat(rows("n")).isEqualTo("{\"rows\":[{\"n\":3}]}");
    is(served.post("/streams/purchases/ingest?wait=committed", "{\"user\":\"x\"}"), 200);
    String now = "";
    for (int i = 0; i < 200 && !now.contains("4"); i++) {
      Thread.sleep(50);
      now = served.get("/views/n/rows").body();
    }
    assertThat(now).isEqualTo("{\"rows\":[{\"n\":4}]}");
  }
}
