package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.optional;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorKind;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.testkit.Seeded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// Valid inputs of every format, damaged at random: every reader gives rows or refuses in its own
/// words, soon and without much memory. `-Dtests.iters` makes it longer; the slow run is the long
/// one.
class ReaderFuzzTest {
  private static final int INPUTS_IN_A_ROUND = 150;
  private static final long NANOS_MAX = 5_000_000_000L;
  private static final long ALLOCATED_MAX = 1L << 30;

  private static final DataField[] FIELDS = {
    optional("i", Scalar.INT64),
    optional("x", Scalar.FLOAT64),
    optional("s", Scalar.STRING),
    optional("b", Scalar.BOOL),
    optional("t", TIMESTAMP),
    optional("d", Scalar.DATE),
    optional("dec", new DataType.Decimal(18, 4)),
    optional("l", new DataType.ListOf(Scalar.INT64.optional(), null))
  };

  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "true",
    "-",
    "1e999",
    "0.1",
    "\\",
    "\\u",
    "\\ud800",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\u0000",
    "é",
    "2020-02-30T25:61:61Z",
    "NaN",
    "\"i\"",
    "\"s\":",
    "{}",
    "[[",
    "9223372036854775808",
    "\"type\"",
    "\"properties\"",
    "\"geometry\"",
    "\"coordinates\"",
    "Point"
  };

  private static final String NDJSON =
      """
      {"i": 1, "x": 1.5, "s": "a\\u00e9\\n", "b": true, "t": "2020-01-01T00:00:00Z", "d": "2020-01-01"}
      {"i": -7, "x": 1e-3, "s": "żółć", "b": false, "t": 1577836800000, "dec": 12.3456, "l": [1, null]}
      {"s": null, "other": {"deep": [{"er": 1}]}}
      """;

  private static final String CSV =
      """
      i,x,s,b,t,d,dec,l
      1,1.5,"a ""quoted"" text",true,2020-01-01T00:00:00Z,2020-01-01,1.5,[1]
      ,,plain,,2020-01-01 01:02:03.456,,,
      -3,2e5,"line
      end",FALSE,2020-01-01,2020-1-1,0.0001,"[1,2]"
      """;

  @TempDir Path folder = Path.of("");

  /// What one kind of input is read with, and inputs that are good.
  private record Target(String name, Reading reading, List<byte[]> seeds) {}

  private List<Target> targets() throws IOException {
    List<byte[]> ndjson = List.of(utf8(NDJSON), utf8(NDJSON.repeat(40)));
    List<byte[]> csv = List.of(utf8(CSV), utf8(CSV + CSV.substring(18).repeat(40)));
    String items = "[" + NDJSON.strip().replace("\n", ",") + "]";
    List<byte[]> json =
        List.of(utf8(items), utf8("{\"x\": [1, {\"y\": \"z\"}], \"a\": {\"b\": " + items + "}}"));
    List<Target> targets = new ArrayList<>();
    targets.add(new Target("ndjson", Reading.ndJson(FIELDS), ndjson));
    targets.add(new Target("ndjson inferred", Reading.inferredNdJson(), ndjson));
    targets.add(new Target("csv", Reading.csv(true, FIELDS), csv));
    Reading.CsvOptions typed = new Reading.CsvOptions().withHeader(true);
    typed.inferSchema = true;
    targets.add(new Target("csv inferred", Reading.csv(typed), csv));
    targets.add(new Target("json", Reading.json(null, FIELDS), json));
    targets.add(new Target("json path", Reading.json("a.b"), json));
    List<byte[]> parquet = parquet();
    String point = "{\"type\":\"Point\",\"coordinates\":[1.5,2]}";
    String ring = "[[0,0],[1,0],[1,1],[0,0]]";
    StringBuilder lines = new StringBuilder();
    for (String geometry :
        List.of(
            "null",
            point,
            "{\"type\":\"MultiPolygon\",\"coordinates\":[[" + ring + "]],\"bbox\":[0,0,1,1]}",
            "{\"type\":\"GeometryCollection\",\"geometries\":[" + point + "]}")) {
      lines
          .append(
              "{\"type\":\"Feature\",\"properties\":{\"i\":1,\"s\":\"x\",\"x\":2.5},\"geometry\":")
          .append(geometry)
          .append("}\n");
    }
    String features = lines.toString().strip().replace("\n", ",");
    List<byte[]> documents =
        List.of(
            utf8(
                "{\"type\":\"FeatureCollection\",\"crs\":null,\"features\":["
                    + features
                    + "],\"x\":[1]}"));
    List<byte[]> places = List.of(utf8(lines.toString()));
    DataField[] fields = {FIELDS[0], FIELDS[2], optional("geometry", Scalar.STRING)};
    DataSchema schema = DataSchema.of(List.of(fields));
    targets.add(new Target("geojson", Reading.of(new ReadStep.GeoJson(null, schema)), documents));
    targets.add(
        new Target("geojson inferred", Reading.of(new ReadStep.GeoJson(null, null)), documents));
    targets.add(new Target("ndgeojson", Reading.of(new ReadStep.NdGeoJson(null, schema)), places));
    targets.add(
        new Target("ndgeojson inferred", Reading.of(new ReadStep.NdGeoJson(null, null)), places));
    List<byte[]> shapes = files("src/test/resources/shapes", ".zip");
    shapes.addAll(stored(shapes));
    targets.add(new Target("shapefile", Reading.shapefile(null), shapes));
    targets.add(new Target("parquet", Reading.parquet(FIELDS), parquet));
    targets.add(new Target("parquet inferred", Reading.parquet(), parquet));
    return targets;
  }

  private List<byte[]> parquet() throws IOException {
    List<byte[]> files = new ArrayList<>();
    String rows =
        "SELECT i, i / 2 AS x, 's' || i % 7 AS s, i % 2 = 0 AS b, TIMESTAMP '2020-01-01' AS t,"
            + " DATE '2020-01-01' AS d, i::DECIMAL(18,4) AS dec, [i, NULL] AS l FROM range(200) r(i)";
    for (String options :
        List.of(
            ", CODEC 'zstd'", ", CODEC 'uncompressed'", ", CODEC 'snappy', PARQUET_VERSION V2")) {
      files.add(Duck.parquet(folder, rows, options));
    }
    files.addAll(files("src/test/resources/parquet", ".parquet"));
    return files;
  }

  private static List<byte[]> files(String folder, String ending) throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of(folder).toAbsolutePath())) {
      for (Path file : all.sorted().toList()) {
        if (Files.size(file) < 10_000 && file.toString().endsWith(ending)) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /// The same archives without compression, so that damage reaches what is in them; their sums do
  /// not match then, but what is refused before the end of an entry is seen.
  private static List<byte[]> stored(List<byte[]> archives) throws IOException {
    List<byte[]> stored = new ArrayList<>();
    for (byte[] archive : archives) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive));
          ZipOutputStream out = new ZipOutputStream(bytes)) {
        out.setLevel(Deflater.NO_COMPRESSION);
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.transferTo(out);
        }
      }
      stored.add(bytes.toByteArray());
    }
    return stored;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Seeded(iterations = 6)
  void noInputBreaksAReader(RandomGenerator random) throws IOException {
    fuzz(random, INPUTS_IN_A_ROUND);
  }

  @Tag("slow")
  @Seeded(iterations = 40)
  void noInputOfManyBreaksAReader(RandomGenerator random) throws IOException {
    fuzz(random, 20 * INPUTS_IN_A_ROUND);
  }

  private void fuzz(RandomGenerator random, int count) throws IOException {
    int refused = 0;
    for (Target target : targets()) {
      for (int i = 0; i < count; i++) {
        byte[] input = mutate(target.seeds(), random);
        refused += read(target, input) ? 0 : 1;
      }
    }
    assertThat(refused).as("inputs that were damaged enough").isGreaterThan(count);
  }

  private boolean read(Target target, byte[] input) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long started = System.nanoTime();
    boolean isTaken = false;
    try {
      target.reading().rows(input);
      isTaken = true;
    } catch (CatchwaterException e) {
      assertThat(e.code().kind()).as(e.toString()).isEqualTo(ErrorKind.INVALID);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      Path kept = Files.write(Files.createTempFile("broken-", ".bin"), input);
      throw new AssertionError(target.name() + " was broken by " + kept, e);
    }
    assertThat(System.nanoTime() - started).as(target.name()).isLessThan(NANOS_MAX);
    assertThat(threads.getCurrentThreadAllocatedBytes() - allocated)
        .as(target.name())
        .isLessThan(ALLOCATED_MAX);
    return isTaken;
  }

  private static byte[] mutate(List<byte[]> seeds, RandomGenerator random) {
    byte[] input = seeds.get(random.nextInt(seeds.size()));
    for (int i = random.nextInt(4); i >= 0 && input.length > 0; i--) {
      int at = random.nextInt(input.length);
      input =
          switch (random.nextInt(8)) {
            case 0 ->
                replaced(input, at, new byte[] {(byte) (input[at] ^ (1 << random.nextInt(8)))}, 1);
            case 1 -> replaced(input, at, new byte[] {(byte) random.nextInt()}, 1);
            case 2 -> replaced(input, at, new byte[0], random.nextInt(16));
            case 3 -> replaced(input, at, new byte[0], input.length - at);
            case 4, 5 ->
                replaced(input, at, utf8(TOKENS[random.nextInt(TOKENS.length)]), random.nextInt(4));
            case 6 -> {
              byte[] other = seeds.get(random.nextInt(seeds.size()));
              int from = random.nextInt(other.length);
              int length = random.nextInt(Math.min(64, other.length - from));
              yield replaced(
                  input, at, java.util.Arrays.copyOfRange(other, from, from + length), 0);
            }
            default -> {
              int tail = Math.min(input.length, 2_000);
              int near = input.length - 1 - random.nextInt(tail);
              yield replaced(input, near, new byte[] {(byte) random.nextInt()}, 1);
            }
          };
    }
    return input;
  }

  /// The input with some of its bytes replaced by others.
  private static byte[] replaced(byte[] input, int at, byte[] by, int count) {
    int end = Math.min(input.length, at + count);
    byte[] result = new byte[at + by.length + input.length - end];
    System.arraycopy(input, 0, result, 0, at);
    System.arraycopy(by, 0, result, at, by.length);
    System.arraycopy(input, end, result, at + by.length, input.length - end);
    return result;
  }
}
