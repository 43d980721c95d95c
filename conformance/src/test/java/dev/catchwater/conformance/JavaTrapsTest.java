package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedPreprocess;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.Tier;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T40: Java's own traps. Whatever the machine is set to, an acknowledged row is there, once, with
/// the others of its push; what cannot be done is said in our words, never by a stack trace.
class JavaTrapsTest {
  private static final int PUSHES = Tier.pick(80, 2000);
  private static final int CLIENTS = 4;
  private static final int ROWS = 3;
  private static final Pattern START = Pattern.compile("\"offsets\":\\{\"start\":(\\d+)");
  private static final String NO_RIGHT = "-dac_override,-dac_read_search,-fowner";

  @TempDir Path folder;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, Long> acked = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  private Sandbox sandbox() {
    String manifest =
        BadHttpTest.MANIFEST
            .replace("name: gps", "name: TITLE")
            .replace("v BIGINT", "v BIGINT, İ STRING");
    return Sandbox.with(folder, manifest);
  }

  private static String rows(int first) {
    StringBuilder rows = new StringBuilder();
    for (int i = first; i < first + ROWS; i++) {
      rows.append("{\"t\":\"2020-01-01T00:00:00Z\",\"İ\":\"ıi\u00e4\u20ac\",\"v\":");
      rows.append(i).append("}\n");
    }
    return rows.toString();
  }

  /// Pushes from a few connections; a push that is refused is refused by name.
  private void push(int port, int pushes) throws Exception {
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      work.add(() -> {
        for (int p = 0; p < pushes / CLIENTS; p++) {
          int first = numbers.getAndAdd(ROWS);
          String key = "Idempotency-Key: k" + first + "\r\n";
          note(first, Wire.once(port, Wire.push("title", key, rows(first))));
        }
        return null;
      });
    }
    run(work);
  }

  private static void run(List<Callable<Void>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> one : threads.invokeAll(work)) {
        one.get();
      }
    }
  }

  private void note(int first, Wire.Reply reply) {
    assertThat(reply.text()).doesNotContain("dev.catchwater", "Exception", "\tat ");
    if (reply.status() == 200) {
      Matcher start = START.matcher(reply.text());
      assertThat(start.find()).as(reply.text()).isTrue();
      acked.put(first, Long.parseLong(start.group(1)));
    } else {
      refused.incrementAndGet();
      assertThat(reply.text())
          .as(reply.head())
          .contains("\"requestId\"")
          .doesNotContain("\"internal\"");
    }
  }

  /// I1, I2, I3.
  private void reconcile(String trap, Sandbox sandbox) {
    Map<Long, Long> places = new HashMap<>();
    for (String line : sandbox.rows("TITLE")) {
      String[] cells = line.split(",", -1);
      assertThat(cells[3]).isEqualTo("2020-01-01T00:00:00Z");
      assertThat(cells[5]).isEqualTo("ıi\u00e4\u20ac");
      Long before = places.put(Long.parseLong(cells[4]), Long.parseLong(cells[0]));
      assertThat(before).as("%s: %s is there twice", trap, line).isNull();
    }
    acked.forEach((first, start) -> {
      for (int i = 0; i < ROWS; i++) {
        assertThat(places.get((long) first + i))
            .as("%s: row %d", trap, first + i)
            .isEqualTo(start + i);
      }
    });
    for (long number : places.keySet()) {
      long first = number - number % ROWS;
      for (int i = 0; i < ROWS; i++) {
        assertThat(places).as("%s: a push is torn", trap).containsKey(first + i);
      }
    }
    sandbox.run("verify", "TITLE").succeeded();
    System.out.printf(
        "T40 trap=%s acked=%d refused=%d lost=0 dup=0 torn=0%n", trap, acked.size(), refused.get());
  }

  private void withFlags(String trap, Map<String, String> environment, String... flags)
      throws Exception {
    Sandbox sandbox = sandbox();
    try (ServerProcess server = ServerProcess.start(folder, List.of(), environment, flags)) {
      push(server.port(), PUSHES);
      Wire.Reply tail = server.send(Wire.get("/TITLE/tail?limit=1"));
      assertThat(tail.text()).contains("\"t\":\"2020-01-01T00:00:00Z\"", "\"ıi\u00e4\u20ac\"");
      String deep = "[".repeat(100_000);
      Wire.Reply nested =
          server.send(Wire.push("title", "Content-Type: application/json\r\n", deep));
      assertThat(nested.status()).isEqualTo(400);
      String sql = "/query?query=select%20count(*)%20as%20n%20from%20%22title%22";
      assertThat(server.send(Wire.get(sql)).text()).contains("\"n\":" + acked.size() * ROWS);
      assertThat(server.send(Wire.get("/t\u0131tle/tail")).status()).isIn(400, 404);
      assertThat(server.log()).doesNotContain("\"level\":\"error\"");
      assertThat(server.stop()).isZero();
    }
    assertThat(refused).hasValue(0);
    reconcile(trap, sandbox);
  }

  @Test
  void T40_aTurkishMachineInKathmandu() throws Exception {
    withFlags(
        "tr-TR,Kathmandu",
        Map.of("TZ", "Asia/Kathmandu"),
        "-Duser.language=tr",
        "-Duser.country=TR",
        "-Duser.timezone=Asia/Kathmandu");
  }

  @Test
  void T40_smallStacksLittleDirectMemoryAndNoLanguage() throws Exception {
    withFlags(
        "Xss256k,direct64m,LANG=C",
        Map.of("LANG", "C", "LC_ALL", "C"),
        "-Xss256k",
        "-XX:MaxDirectMemorySize=64m");
  }

  @Test
  void T40_almostNoDescriptors() throws Exception {
    assumeTrue(works("prlimit", "--nofile=64", "true"), "needs prlimit");
    Sandbox sandbox = sandbox();
    Process small =
        ServerProcess.launch(folder, List.of("prlimit", "--nofile=64"), Map.of(), "-Xmx128m");
    String said = small.inputReader(StandardCharsets.UTF_8).readLine();
    if (said == null) {
      assertThat(small.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(folder.resolve("server.log")))
          .contains("Error")
          .doesNotContain("\tat ");
    }
    small.destroyForcibly().waitFor();
    try (ServerProcess server =
        ServerProcess.start(
            folder, List.of("prlimit", "--nofile=160"), Map.of(), "-cp", packed())) {
      push(server.port(), PUSHES / 2);
      crowd(server);
      push(server.port(), PUSHES / 2);
      assertThat(server.stop()).isZero();
    }
    reconcile("nofile=64,160", sandbox);
  }

  /// The class path with jars in place of the folders of this build, as the product has it: to load
  /// a class must not take a descriptor.
  private String packed() throws IOException {
    Path jars = Files.createDirectory(folder.resolve("jars"));
    ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
    StringBuilder path = new StringBuilder();
    for (String entry : FreshCommand.classPath().split(File.pathSeparator, -1)) {
      String name = entry;
      if (!entry.isEmpty() && Files.isDirectory(Path.of(entry))) {
        name = jars.resolve(path.length() + ".jar").toString();
        assertThat(jar.run(System.out, System.err, "cf", name, "-C", entry, ".")).isZero();
      }
      path.append(path.isEmpty() ? "" : File.pathSeparator).append(name);
    }
    return path.toString();
  }

  /// More connections than there are descriptors; those who are in are answered.
  private void crowd(ServerProcess server) throws IOException {
    List<Closeable> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        crowd.add(new Wire(server.port()));
      }
      int first = numbers.getAndAdd(ROWS);
      Wire early = (Wire) crowd.getFirst();
      early.send(Wire.push("title", "", rows(first)));
      note(first, early.reply());
    } finally {
      for (Closeable one : crowd) {
        one.close();
      }
    }
  }

  @Test
  void T40_aFolderThatCannotBeWritten() throws Exception {
    assumeTrue(
        works("setpriv", "--bounding-set=" + NO_RIGHT, "true"), "needs setpriv and its right");
    List<String> below = List.of("setpriv", "--bounding-set=" + NO_RIGHT);
    Sandbox sandbox = sandbox();
    Path root = folder.resolve(".catchwater");
    try (ServerProcess server = ServerProcess.start(folder, below, Map.of(), "-Xmx128m")) {
      push(server.port(), PUSHES / 2);
      allow(root, "r-xr-xr-x");
      push(server.port(), PUSHES / 2); // the journal is open already
      byte[] rows = rows(numbers.getAndAdd(ROWS)).getBytes(StandardCharsets.UTF_8);
      Wire.Reply sealing = server.send(Wire.push("title", "?wait=committed", "", rows));
      assertThat(sealing.status()).as(sealing.text()).isIn(200, 500, 503);
      assertThat(server.send(Wire.get("/title/tail")).status()).isEqualTo(200);
      server.kill();
    }
    Process refusing = ServerProcess.launch(folder, below, Map.of(), "-Xmx128m");
    assertThat(refusing.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(refusing.exitValue()).isNotZero();
    assertThat(Files.readString(folder.resolve("server.log")).lines().toList().getLast())
        .doesNotContain("\tat ");
    allow(root, "rwxr-xr-x");
    reconcile("read-only", sandbox);
  }

  private static void allow(Path root, String rights) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
      }
    }
  }

  private static boolean works(String... words) throws InterruptedException {
    try {
      return new ProcessBuilder(words).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void T40_aClockBeyondAllTimes() {
    for (String time :
        List.of(
            "+292278994-08-17T07:12:55.807Z", "+10000-01-01T00:00:00Z", "1970-01-01T00:00:00Z")) {
      Path own = folder.resolve(Integer.toString(time.hashCode()));
      Sandbox sandbox = Sandbox.with(make(own), BadHttpTest.MANIFEST);
      sandbox.push("gps", "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}").succeeded();
      try (Served served = Served.of(sandbox.at(time))) {
        Served.Reply reply = served.push("gps", "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":2}");
        assertThat(reply.body()).doesNotContain("dev.catchwater", "\"internal\"");
        assertThat(reply.status()).as("%s: %s", time, reply.body()).isIn(200, 503);
        assertThat(served.get("/gps/tail").status()).isEqualTo(200);
      }
      sandbox.at(Sandbox.SYSTEM_TIME);
      assertThat(sandbox.rows("gps").size()).isBetween(1, 2);
      sandbox.run("verify", "gps").succeeded();
    }
    System.out.println("T40 trap=clock lost=0");
  }

  private static Path make(Path path) {
    try {
      return Files.createDirectory(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Threads that push are interrupted at any time: in the merge, in the queue of the journal, in
  /// the disk's calls of those who write a slice themselves.
  @Test
  void T40_aStormOfInterrupts() throws Exception {
    Sandbox sandbox = sandbox();
    LocalDisk disk = new LocalDisk();
    Workspace workspace = Workspace.find(disk, folder, null);
    Dataset dataset = workspace.require("TITLE");
    try (LiveWorkspace live =
        new LiveWorkspace(
            workspace,
            LiveSettings.standard(),
            InstantSource.system(),
            new java.util.Random(40),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            new CagedPreprocess(disk, CageLimits.defaults()))) {
      List<Thread> pushing = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        SplittableRandom random = new SplittableRandom(i);
        Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
        pushing.add(
            builder.start(() -> {
              for (int p = 0; p < PUSHES; p++) {
                pushOne(live, dataset, random.nextInt(8) == 0);
              }
            }));
      }
      SplittableRandom random = new SplittableRandom(40);
      for (Thread thread : pushing) {
        while (thread.isAlive()) {
          pushing.get(random.nextInt(CLIENTS)).interrupt();
          LockSupport.parkNanos(random.nextInt(30_000_000));
        }
      }
      int before = acked.size();
      pushOne(live, dataset, false);
      pushOne(live, dataset, true);
      assertThat(acked).as("when the storm is over").hasSize(before + 2);
    }
    assertThat(acked.size()).isGreaterThan(CLIENTS);
    reconcile("interrupts", sandbox);
  }

  private void pushOne(LiveWorkspace live, Dataset dataset, boolean waits) {
    boolean _ = Thread.interrupted(); // the next request of a thread begins without
    int first = numbers.getAndAdd(ROWS);
    byte[] rows = rows(first).getBytes(StandardCharsets.UTF_8);
    PushRequest request = PushRequest.of(dataset, List.of(PushInput.bytes(null, rows)));
    PushIdentity identity = new PushIdentity("k" + first, null, Multihash.sha3(rows));
    try {
      PushReport report = live.dataset(dataset).push(request, identity, waits).report();
      PushReport.Offsets offsets = report.offsets();
      assertThat(offsets).isNotNull();
      acked.put(first, offsets == null ? -1 : offsets.start());
    } catch (CatchwaterException e) {
      refused.incrementAndGet();
    }
  }
}
