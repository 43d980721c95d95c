package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.access.Right;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route, asked by every kind of caller about every kind of dataset. What is to come follows
/// from the column of rights that the server itself goes by.
class AccessTableTest {
  private static final Path PAGE = Path.of("../docs/reference/access.md");
  private static final Pattern LINE =
      Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| ([a-z]+) \\|$");
  private static final Pattern DID = Pattern.compile("did:odf:\\w+");
  private static final String OWN = "mine";
  private static final String PUBLIC = "shared";
  private static final String PRIVATE = "hidden";
  private static final String MISSING = "absent";
  private static final Duration MINUTE = Duration.ofSeconds(61);

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock(Sandbox.SYSTEM_TIME);
  private final Map<String, String> callers = new LinkedHashMap<>();
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    for (String name : List.of(OWN, PUBLIC, PRIVATE)) {
      String manifest = BadHttpTest.MANIFEST.replace("name: gps", "name: " + name);
      sandbox.pipe(manifest, "add", "--stdin").succeeded();
    }
    callers.put("none", "");
    callers.put("garbage", "Bearer cw_garbage");
    sandbox.at("2049-01-01T00:00:00Z");
    callers.put("expired", token("expired", "read:" + OWN));
    sandbox.at(Sandbox.SYSTEM_TIME);
    callers.put("revoked", token("revoked", "read:" + OWN));
    sandbox.run("token", "revoke", "revoked").succeeded();
    callers.put("read", token("reader", "read:" + OWN));
    callers.put("append", token("device", "append:" + OWN + "/default"));
    callers.put("append other", token("other-device", "append:" + OWN + "/other"));
    callers.put("query", token("analyst", "query:" + OWN));
    callers.put("manage", token("keeper", "manage:" + OWN));
    callers.put(
        "elsewhere",
        token("stranger", "append:there", "read:there", "query:there", "manage:there"));
    ServerSettings settings =
        ServerSettings.standard(0, "kamu-server")
            .withAccess(new AccessSettings(true, Set.of(DatasetName.parse(PUBLIC))));
    served = Served.of(sandbox, settings, clock);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private String token(String name, String... scopes) {
    List<String> words = new ArrayList<>(List.of("token", "create", name));
    for (String scope : scopes) {
      words.addAll(List.of("--scope", scope));
    }
    return "Bearer " + sandbox.run(words.toArray(String[]::new)).succeeded().out().strip();
  }

  /// What is to come of a request: the type of the problem, `ok` where the door lets it through.
  private static String expected(Right right, String caller, String dataset) {
    boolean isAnonymous = caller.equals("none");
    if (List.of("garbage", "expired", "revoked").contains(caller)) {
      return "unauthorized";
    }
    if (right == Right.OPEN) {
      return "ok";
    }
    boolean isPublicRead = right == Right.READ && dataset.equals(PUBLIC);
    if (isAnonymous) {
      return isPublicRead ? "ok" : "unauthorized";
    }
    if (right == Right.ANY || isPublicRead) {
      return "ok";
    }
    boolean isKnown =
        dataset.equals(PUBLIC) || (dataset.equals(OWN) && !caller.equals("elsewhere"));
    if (!isKnown) {
      return "dataset-not-found";
    }
    boolean isHis = dataset.equals(OWN) && right.name().equalsIgnoreCase(caller);
    return isHis ? "ok" : "scope";
  }

  private static String found(Served.Reply reply) {
    for (String type : List.of("unauthorized", "scope", "dataset-not-found")) {
      if (reply.body().startsWith("{\"type\":\"" + type + "\"")) {
        return type;
      }
    }
    return "ok";
  }

  private Served.Reply ask(String route, String caller, String dataset) {
    String path = route.substring(route.indexOf(' ') + 1);
    String address =
        path.replace("/{dataset}/", "/" + dataset + "/")
            .replace("/datasets/{id}", "/datasets/" + dataset)
            .replace("/streams/{name}", "/streams/" + dataset)
            .replace("/tables/{name}", "/tables/" + dataset)
            .replace("/views/{name}", "/views/" + dataset)
            .replaceAll("\\{[a-z]+}", "x");
    if (path.endsWith("/events")) {
      address += "?from=1000000"; // one that would last is refused, once it got through the door
    }
    String method = route.substring(0, route.indexOf(' '));
    String authorization = callers.getOrDefault(caller, "");
    if (List.of("garbage", "expired", "revoked").contains(caller)) {
      clock.pass(MINUTE.dividedBy(15)); // below what is held against an address
    }
    return authorization.isEmpty()
        ? served.call(method, address, "")
        : served.call(method, address, "", "Authorization", authorization);
  }

  @Test
  void T36_everyRouteAnswersEveryCallerAsItsRightSays() {
    SortedMap<String, Right> rights = served.server().rights();
    assertThat(rights).isNotEmpty();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Right> route : rights.entrySet()) {
      for (String caller : callers.keySet()) {
        for (String dataset : List.of(OWN, PUBLIC, PRIVATE, MISSING)) {
          String expected = expected(route.getValue(), caller, dataset);
          Served.Reply reply = ask(route.getKey(), caller, dataset);
          String found = found(reply);
          // The door asks for a source once the client asks for a socket; of a stream or table once
          // it is found, of a deletion once it has a key.
          boolean isOfSource =
              reply.status() == 426
                  || reply.body().startsWith("{\"type\":\"stream-not-found\"")
                  || reply.body().startsWith("{\"type\":\"table-not-found\"")
                  || reply.body().startsWith("{\"type\":\"view-not-found\"")
                  || (reply.status() == 400 && route.getKey().equals("DELETE /tables/{name}/rows"));
          boolean isOfAction =
              (route.getValue() == Right.ANY && found.equals("scope") && expected.equals("ok"))
                  || (isOfSource && caller.equals("append other"));
          if (!found.equals(expected) && !isOfAction) {
            wrong.add(
                route.getKey()
                    + " by "
                    + caller
                    + " of "
                    + dataset
                    + ": "
                    + expected
                    + ", not "
                    + reply.status()
                    + " "
                    + reply.body());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void T36_whatACallerMayNotKnowIsAsWhatIsNotThere() {
    for (Map.Entry<String, Right> route : served.server().rights().entrySet()) {
      if (route.getValue().scope() == null) {
        continue;
      }
      for (String caller : List.of("none", "read", "append", "query", "manage", "elsewhere")) {
        Served.Reply hidden = ask(route.getKey(), caller, PRIVATE);
        Served.Reply absent = ask(route.getKey(), caller, MISSING);
        assertThat(shape(hidden, PRIVATE)).as(route.getKey()).isEqualTo(shape(absent, MISSING));
      }
    }
  }

  @Test
  void T36_streamsAndTablesGoByTheirNames() {
    String maker = token("maker", "manage:made-up", "append:made-up", "read:made-up");
    String device = token("filler", "append:made-up/table");
    String reader = callers.getOrDefault("read", "");
    String[] may = {"Authorization", maker};
    String definition = "{\"name\":\"made_up\",\"primaryKey\":\"id\"}";
    assertThat(served.post("/tables", definition, "Authorization", reader).status()).isEqualTo(403);
    assertThat(served.post("/tables", definition).status()).isEqualTo(401);
    assertThat(served.post("/tables", definition, may).status()).isEqualTo(201);
    assertThat(served.post("/tables", definition.replace("made", "other"), may).status())
        .isEqualTo(404);
    String rows = "/tables/made_up/rows";
    assertThat(served.post(rows, "{\"id\":1}", may).body()).contains("\"added\":1");
    Served.Reply told = served.post(rows, "{\"id\":1}", "Authorization", device);
    assertThat(told.body()).contains("\"outcome\":\"applied\"", "\"duplicate\":null");
    assertThat(served.get(rows + "/1", "Authorization", device).status()).isEqualTo(403);
    assertThat(served.get(rows + "/1", may).body()).isEqualTo("{\"id\":1}");
    assertThat(served.post("/tables/made_up/freeze", "", may).status()).isEqualTo(201);
    assertThat(served.get(rows + "/1?version=1", may).status()).isEqualTo(200);
    Served.Reply hidden = served.get(rows + "/1", "Authorization", reader);
    assertThat(hidden.status()).isEqualTo(404);
    assertThat(hidden.body()).contains("dataset-not-found");
    assertThat(served.get("/tables", "Authorization", reader).body()).isEqualTo("{\"tables\":[]}");
    assertThat(served.get("/tables", may).body()).contains("made_up");
  }

  // All that a client sees, but the id of the request and the time.
  private static String shape(Served.Reply reply, String dataset) {
    Map<String, List<String>> headers = new TreeMap<>(reply.whole().headers().map());
    headers.keySet().removeAll(Set.of("x-request-id", "date", "content-length"));
    String body = reply.body().replaceAll("\"requestId\":\"[^\"]*\"", "").replace(dataset, "D");
    return reply.status() + " " + headers + " " + body;
  }

  @Test
  void T36_aRouteThatIsNotInTheTableOfThePageFails() throws IOException {
    Map<String, String> page = new TreeMap<>();
    Matcher matcher = LINE.matcher(Files.readString(PAGE, StandardCharsets.UTF_8));
    while (matcher.find()) {
      page.put(matcher.group(1), matcher.group(2));
    }
    Map<String, String> rights = new TreeMap<>();
    served.server().rights().forEach((route, right) -> rights.put(route, word(right)));
    assertThat(page).as("the table of docs/reference/access.md").isEqualTo(rights);
  }

  private static String word(Right right) {
    return right == Right.OPEN ? "nothing" : right.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Test
  void TH38_aStatementSeesNoDatasetThatItsCallerMayNotKnow() {
    String analyst = callers.getOrDefault("query", "");
    Served.Reply own = sql("select count(*) as n from " + OWN, analyst);
    assertThat(own.status()).as(own.body()).isEqualTo(200);
    Served.Reply hidden = sql("select count(*) as n from " + PRIVATE, analyst);
    Served.Reply absent = sql("select count(*) as n from " + MISSING, analyst);
    assertThat(hidden.status()).isEqualTo(404);
    assertThat(shape(hidden, PRIVATE)).isEqualTo(shape(absent, MISSING));
    Served.Reply known = sql("select * from " + PUBLIC, analyst);
    assertThat(known.status()).isEqualTo(403);
    assertThat(known.body()).contains("query:" + PUBLIC);
    Served.Reply said =
        served.post(
            "/query",
            "{\"query\":\"select * from t\",\"datasets\":[{\"alias\":\"t\",\"id\":\""
                + id(PRIVATE)
                + "\"}]}",
            "Authorization",
            analyst);
    assertThat(said.status()).as(said.body()).isEqualTo(404);
    assertThat(sql("show tables", analyst).body()).contains(OWN).doesNotContain(PRIVATE);
    Served.Reply typo = sql("select * from hiden", analyst);
    assertThat(typo.body()).doesNotContain(PRIVATE);
    assertThat(sql("select 1", callers.getOrDefault("append", "")).status()).isEqualTo(403);
  }

  private String id(String dataset) {
    for (String line : sandbox.run("list", "--wide", "-o", "csv").succeeded().outLines()) {
      Matcher did = DID.matcher(line);
      if (line.contains(dataset) && did.find()) {
        return did.group();
      }
    }
    throw new IllegalStateException("no dataset " + dataset);
  }

  private Served.Reply sql(String statement, String authorization) {
    String query = java.net.URLEncoder.encode(statement, StandardCharsets.UTF_8);
    return served.get("/query?query=" + query, "Authorization", authorization);
  }

  @Test
  void TH2_listsHoldOnlyWhatACallerMayKnow() {
    String list = served.get("/datasets", "Authorization", callers.getOrDefault("read", "")).body();
    assertThat(list).contains(OWN, PUBLIC, "nextOffset").doesNotContain(PRIVATE);
    String device =
        served.get("/datasets", "Authorization", callers.getOrDefault("append", "")).body();
    assertThat(device).contains(OWN).doesNotContain(PRIVATE);
    assertThat(new TreeSet<>(Arrays.asList(device.split("\\{"))))
        .filteredOn(item -> item.contains("\"" + OWN + "\""))
        .noneMatch(item -> item.contains("nextOffset"));
  }
}
