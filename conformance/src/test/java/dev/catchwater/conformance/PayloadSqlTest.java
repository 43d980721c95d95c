package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SQL over streams and tables (design decision 11): the fields of payloads are columns.
class PayloadSqlTest {
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

  private static String done(Served.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isBetween(200, 201);
    return reply.body();
  }

  private String sql(String sql) {
    return asked(sql).body();
  }

  private Served.Reply asked(String sql) {
    return served.get(
        "/query?dataFormat=JsonAoA&query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
  }

  private void rows(String sql, String rows) {
    assertThat(done(asked(sql))).as(sql).contains("\"data\":" + rows);
  }

  private void stream(String name, String events) {
    String body = "{\"name\":\"" + name + "\"}";
    String _ = done(served.post("/streams", body));
    String _ = done(served.post("/streams/" + name + "/ingest?format=ndjson", events));
  }

  private void table(String name, String rows) {
    String body = "{\"name\":\"" + name + "\",\"primaryKey\":\"id\"}";
    String _ = done(served.post("/tables", body));
    String _ = done(served.post("/tables/" + name + "/rows?format=ndjson", rows));
  }

  @Test
  void fieldsOfEventsAreColumnsBehindThoseThatAreStored() {
    stream("s", "{\"user\":\"a\",\"n\":1}\n{\"user\":\"b\",\"n\":2,\"price\":1.5}\n");
    rows("select user, n, price from s order by n", "[[\"a\",1,null],[\"b\",2,1.5]]");
    rows("select sum(n), avg(price) from s where user <> 'c'", "[[3,1.5]]");
    rows("select payload->>'user' from s where n = 2", "[[\"b\"]]");
    rows(
        "select string_agg(column_name, ' ') from (describe select * from s)",
        "[[\"offset op system_time event_time payload user n price\"]]");
    // What comes later is seen at once, hot or sealed, by the server and by a command.
    String _ = done(served.post("/streams/s/ingest", "{\"city\":\"x\",\"n\":3}"));
    rows("select city, user from s where n = 3", "[[\"x\",null]]");
    String _ = done(served.post("/streams/s/ingest?wait=committed", "{\"n\":4,\"late\":true}"));
    rows("select n from s where late", "[[4]]");
    String csv = "select user, city, n, late from s order by n desc limit 2";
    for (int i = 0; i < 2; i++) {
      assertThat(sandbox.run("sql", "-o", "csv", "-c", csv).succeeded().out())
          .isEqualTo("user,city,n,late\n,,4,true\n,x,3,");
    }
  }

  @Test
  void theTypeOfAFieldHoldsAllOfItsValuesAsTheyAre() {
    stream(
        "s",
        "{\"i\":1,\"l\":9007199254740993,\"r\":1,\"m\":9007199254740993,\"h\":1,"
            + "\"x\":1,\"o\":{\"a\":1},\"z\":null}\n"
            + "{\"i\":-9223372036854775808,\"l\":2,\"r\":0.5,\"m\":0.5,"
            + "\"h\":18446744073709551616,\"x\":true,\"o\":\"t\",\"z\":null}\n"
            + "{\"o\":null}\n[1]\n\"text\"\n");
    rows(
        "select string_agg(column_type, ' ') from (describe select i, l, r, m, h, x, o, z from s)",
        "[[\"BIGINT BIGINT DOUBLE VARCHAR VARCHAR VARCHAR JSON VARCHAR\"]]");
    rows(
        "select i, l, r, m, h, x, o from s limit 2",
        "[[1,9007199254740993,1.0,\"9007199254740993\",\"1\",\"1\",\"{\\\"a\\\":1}\"],"
            + "[-9223372036854775808,2,0.5,\"0.5\",\"18446744073709551616\",\"true\","
            + "\"\\\"t\\\"\"]]");
    rows("select count(i), count(o), count(z), count(*) from s", "[[2,2,0,5]]");
    rows("select o->>'a' from s where i = 1", "[[\"1\"]]");
  }

  @Test
  void aFieldWhoseNameIsTakenGetsAnotherOne() {
    stream("s", "{\"offset\":7,\"a\":1,\"A\":2,\"a_1\":3,\"b\\\"/~'c\":4,\"\":5}\n");
    rows("select \"offset\", offset_1, a, a_2, a_1, \"b\"\"/~'c\" from s", "[[0,7,1,2,3,4]]");
    assertThat(sandbox.run("sql", "-c", "select 1 from s").succeeded().err())
        .contains("Field offset of s is called offset_1 in SQL");
  }

  @Test
  void payloadsThatAreNoJsonHaveNoFields() {
    stream("s", "{\"a\":1}\n");
    String _ =
        done(served.push("s", "{\"payload\":\"{\\\"a\\\":2\"}\n{\"payload\":\"{\\\"a\\\":3}\"}\n"));
    rows("select a from s order by a", "[[1],[3],[null]]");
  }

  @Test
  void F3_2_aDynamicTableIsSeenAsItStandsNow() {
    table("My_Table", "{\"id\":1,\"n\":10}\n{\"id\":2,\"n\":20}\n{\"id\":3,\"n\":30}\n");
    rows("select * from My_Table order by id", "[[1,10],[2,20],[3,30]]");
    String _ =
        done(
            served.post("/tables/My_Table/rows?wait=committed", "{\"id\":2,\"n\":21,\"t\":\"x\"}"));
    String _ = done(served.call("DELETE", "/tables/My_Table/rows/1", ""));
    rows("select * from My_Table order by id", "[[2,21,\"x\"],[3,30,null]]");
    rows(
        "select * from \"my-table\" where id not in (select id from \"My-Table\" where n > 25)",
        "[[2,21,\"x\"]]");
    String _ = done(served.post("/tables/My_Table/rows", "{\"id\":1,\"n\":11}"));
    rows("select sum(n), count(*) from \"My-Table\"", "[[62,3]]");
    String did = done(served.get("/tables/My_Table")).replaceAll(".*\"(did:odf:[^\"]*)\".*", "$1");
    rows("select count(*), max(\"key\") from \"" + did + "\"", "[[7,\"3\"]]");
    table("empty", "");
    rows("select * from empty", "[]");
  }

  @Test
  void F3_5_S22_joinsWithADynamicTableAreRefused() {
    table("t", "{\"id\":1}\n");
    stream("s", "{\"id\":1}\n");
    String _ = done(served.post("/tables?name=u&primaryKey=id", "[{\"id\":1,\"n\":5}]"));
    for (String sql :
        new String[] {
          "select * from t join s on t.id = s.id",
          "select * from s, t",
          "select * from t as a join t as b using (id)",
          "select * from s where id in (select id from t)",
        }) {
      assertThat(asked(sql).status()).isEqualTo(400);
      assertThat(sql(sql)).contains("sql-not-allowed", "'t' changes", "freeze it");
    }
    assertThat(sql("select * from s join t using (id)")).contains("'s'");
    assertThat(sandbox.run("sql", "-c", "select * from s join t using (id)").err())
        .contains("cannot be joined with 's'", "freeze it and join the version");
    String _ = done(served.post("/tables/t/freeze", ""));
    rows("select u.n from s join \"t.v1\" as v on v.id = s.id join u on u.id = v.id", "[[5]]");
  }

  @Test
  void F3_6_aTableThatDoesNotChangeIsItsNewestVersion() {
    for (int version = 1; version < 3; version++) {
      String rows = "[{\"name\":\"simba\",\"id\":\"a\",\"v\":" + version + "}]";
      String _ = done(served.post("/tables?name=My_Users&primaryKey=id", rows));
    }
    rows("select * from my_users", "[[\"a\",\"simba\",2]]");
    rows("select * from \"my-users.v1\"", "[[\"a\",\"simba\",1]]");
    assertThat(sandbox.run("sql", "-o", "csv", "-c", "select v from My_Users").succeeded().out())
        .isEqualTo("v\n2");
    assertThat(asked("select * from My_User").status()).isEqualTo(404);
  }

  @Test
  void fieldsAreFoundAnewWhereHistoryOrTheCacheWentAway() throws Exception {
    stream("s", "{\"a\":1}\n");
    String sql =
        "select string_agg(column_name, ' ') from (describe select * exclude (payload) from s)";
    String _ = done(served.post("/streams/s/ingest?wait=committed", "{\"b\":1}"));
    String head = Chains.open(sandbox, "s").head().toString();
    String _ = done(served.post("/streams/s/ingest?wait=committed", "{\"c\":1}"));
    rows(sql, "[[\"offset op system_time event_time a b c\"]]");
    served.stepAside("s");
    sandbox.run("--yes", "reset", "s", head).succeeded();
    rows(sql, "[[\"offset op system_time event_time a b\"]]");
    Path cache = Chains.open(sandbox, "s").indexFolder().resolve("fields");
    byte[] bytes = Files.readAllBytes(cache);
    bytes[bytes.length - 1] ^= 1;
    Files.write(cache, bytes);
    String csv = sandbox.run("sql", "-o", "csv", "-c", "select a, b from s").succeeded().out();
    assertThat(csv).isEqualTo("a,b\n1,\n,1");
    assertThat(Files.readAllBytes(cache)).isNotEqualTo(bytes);
  }
}
