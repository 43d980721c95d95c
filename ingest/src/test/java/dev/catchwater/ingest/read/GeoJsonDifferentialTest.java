package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTWriter;
import org.locationtech.jts.io.geojson.GeoJsonReader;

/// Random features, as documents and as lines: the properties as DuckDB reads them, the geometries
/// as JTS reads them.
class GeoJsonDifferentialTest {
  private static final int FEATURES = 120;
  private static final DataField[] FIELDS = {
    optional("i", Scalar.INT64),
    optional("geometry", Scalar.STRING),
    optional("x", Scalar.FLOAT64),
    optional("s", Scalar.STRING),
    optional("b", Scalar.BOOL)
  };
  private static final DataSchema SCHEMA = DataSchema.of(List.of(FIELDS));
  private static final String PROPERTIES =
      "SELECT (f->'properties'->>'i')::BIGINT, (f->'properties'->>'x')::DOUBLE,"
          + " f->'properties'->>'s', (f->'properties'->>'b')::BOOLEAN,"
          + " CASE WHEN json_type(f->'geometry') = 'NULL' THEN NULL ELSE f->'geometry' END FROM ";

  @TempDir Path folder = Path.of("");

  @Seeded(iterations = 10)
  void documentsAreWhatOthersRead(RandomGenerator random) throws IOException {
    Path file = folder.resolve("a.geojson");
    List<String> around = new ArrayList<>();
    around.add(member("type", "\"FeatureCollection\"", random));
    around.add(member("features", list(FEATURES, "\n", () -> feature(random), random), random));
    if (random.nextBoolean()) {
      around.add(member("bbox", "[-180, -90, 180, 90]", random));
    }
    Files.writeString(file, object(around, random));
    same(
        rows(new ReadStep.GeoJson(null, SCHEMA), file),
        "(SELECT unnest(features) f FROM read_json('"
            + file
            + "', format = 'unstructured', columns = {features: 'JSON[]'}))");
  }

  @Seeded(iterations = 10)
  void linesAreWhatOthersRead(RandomGenerator random) throws IOException {
    Path file = folder.resolve("a.ndgeojson");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < FEATURES; i++) {
      text.append(feature(random).replace("\n", " ")).append('\n');
    }
    Files.writeString(file, text);
    same(
        rows(new ReadStep.NdGeoJson(null, SCHEMA), file),
        "(SELECT json f FROM read_json_objects('" + file + "', format = 'newline_delimited'))");
  }

  private static List<List<@Nullable Object>> rows(ReadStep step, Path file) {
    return Reading.of(step).named(null).rows(PushInput.file(file));
  }

  private static void same(List<List<@Nullable Object>> ours, String features) {
    List<List<@Nullable String>> theirs = Duck.texts(PROPERTIES + features, 5);
    assertThat(ours).hasSize(FEATURES).hasSameSizeAs(theirs);
    int geometries = 0;
    for (int row = 0; row < ours.size(); row++) {
      List<@Nullable Object> our = ours.get(row);
      List<@Nullable String> their = theirs.get(row);
      assertThat(text(our.get(0))).as("i of row %d", row).isEqualTo(their.get(0));
      assertThat(our.get(2))
          .as("x of row %d", row)
          .isEqualTo(their.get(1) == null ? null : Double.valueOf(their.get(1)));
      assertThat(our.get(3)).as("s of row %d", row).isEqualTo(their.get(2));
      assertThat(text(our.get(4))).as("b of row %d", row).isEqualTo(their.get(3));
      String written = their.get(4);
      assertThat(our.get(1) == null).as("no geometry in row %d", row).isEqualTo(written == null);
      if (written != null) {
        geometries++;
        assertThat(wellKnown(Objects.toString(our.get(1))))
            .as("geometry of row %d", row)
            .isEqualTo(wellKnown(written));
      }
    }
    assertThat(geometries).isGreaterThan(FEATURES / 2);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /// The geometry as well-known text with all its digits.
  private static String wellKnown(String geoJson) {
    try {
      return new WKTWriter(3).write(new GeoJsonReader().read(geoJson));
    } catch (ParseException e) {
      throw new AssertionError(geoJson, e);
    }
  }

  private static String feature(RandomGenerator random) {
    List<String> members = new ArrayList<>();
    members.add(member("type", "\"Feature\"", random));
    if (random.nextInt(10) > 0) {
      members.add(
          member("properties", random.nextInt(10) == 0 ? "null" : properties(random), random));
    }
    if (random.nextInt(10) > 0) {
      String geometry = random.nextInt(10) == 0 ? "null" : geometry(random, 0);
      members.add(member("geometry", geometry, random));
    }
    if (random.nextInt(3) == 0) {
      members.add(member("id", "{\"geometry\": null, \"properties\": {\"i\": 5}}", random));
    }
    return object(members, random);
  }

  private static String properties(RandomGenerator random) {
    List<String> members = new ArrayList<>();
    add(members, "i", Long.toString(random.nextLong() >> random.nextInt(64)), random);
    add(members, "x", number(random, 1e30), random);
    add(members, "s", string(random), random);
    add(members, "b", Boolean.toString(random.nextBoolean()), random);
    add(members, "more", "[{\"i\": 1}, \"}\"]", random);
    return object(members, random);
  }

  private static void add(List<String> members, String name, String value, RandomGenerator random) {
    switch (random.nextInt(8)) {
      case 0 -> {}
      case 1 -> members.add(member(name, "null", random));
      default -> members.add(member(name, value, random));
    }
  }

  private static String geometry(RandomGenerator random, int depth) {
    int dimensions = random.nextBoolean() ? 2 : 3;
    List<String> members = new ArrayList<>();
    String name = "coordinates";
    String type;
    String parts;
    switch (random.nextInt(depth < 3 ? 7 : 6)) {
      case 0 -> {
        type = "Point";
        parts = position(random, dimensions);
      }
      case 1 -> {
        type = "MultiPoint";
        parts = positions(random, dimensions, 0);
      }
      case 2 -> {
        type = "LineString";
        parts = positions(random, dimensions, 2);
      }
      case 3 -> {
        type = "MultiLineString";
        parts = some(() -> positions(random, dimensions, 2), random);
      }
      case 4 -> {
        type = "Polygon";
        parts = polygon(random, dimensions);
      }
      case 5 -> {
        type = "MultiPolygon";
        parts = some(() -> polygon(random, dimensions), random);
      }
      default -> {
        type = "GeometryCollection";
        name = "geometries";
        parts = some(() -> geometry(random, depth + 1), random);
      }
    }
    members.add(member("type", "\"" + type + "\"", random));
    members.add(member(name, parts, random));
    if (random.nextInt(5) == 0) {
      members.add(member("bbox", "[1, 2, 3, 4]", random));
    }
    return object(members, random);
  }

  private static String some(Supplier<String> item, RandomGenerator random) {
    return list(random.nextInt(1, 4), "", item, random);
  }

  private static String polygon(RandomGenerator random, int dimensions) {
    return some(
        () -> {
          List<String> ring = new ArrayList<>();
          for (int i = random.nextInt(3, 6); i > 0; i--) {
            ring.add(position(random, dimensions));
          }
          ring.add(ring.getFirst());
          return "[" + String.join(",", ring) + "]";
        },
        random);
  }

  private static String positions(RandomGenerator random, int dimensions, int least) {
    return list(random.nextInt(least, 6), "", () -> position(random, dimensions), random);
  }

  private static String position(RandomGenerator random, int dimensions) {
    List<String> numbers = new ArrayList<>(List.of(number(random, 180), number(random, 90)));
    if (dimensions == 3) {
      numbers.add(number(random, 9_000));
    }
    return "[" + String.join(random.nextBoolean() ? "," : ", ", numbers) + "]";
  }

  /// A number between -most and most, spelled in one of many ways.
  private static String number(RandomGenerator random, double most) {
    double value = (random.nextDouble() * 2 - 1) * most;
    return switch (random.nextInt(5)) {
      case 0 -> Long.toString((long) Math.clamp(value, -1e15, 1e15));
      case 1 -> "-0.0";
      case 2 -> String.format("%.3e", value / 2);
      case 3 -> new java.math.BigDecimal(value).toPlainString();
      default -> Double.toString(value);
    };
  }

  private static String string(RandomGenerator random) {
    int[] alphabet = {'a', 'Z', ' ', ',', 'é', '€', 0x1F680, '{', ']', ':'};
    String[] escapes = {"\\\"", "\\\\", "\\/", "\\n", "\\u0041", "\\ud83d\\ude80", "\\t"};
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(12); i > 0; i--) {
      if (random.nextInt(4) == 0) {
        text.append(escapes[random.nextInt(escapes.length)]);
      } else {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
    }
    return text.append('"').toString();
  }

  private static String list(
      int count, String before, Supplier<String> item, RandomGenerator random) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(before + item.get());
    }
    return "[" + String.join(random.nextBoolean() ? " ," : ",", items) + "]";
  }

  private static String member(String name, String value, RandomGenerator random) {
    String spelled =
        random.nextInt(8) > 0
            ? name
            : name.chars().mapToObj(c -> String.format("\\u%04x", c)).collect(Collectors.joining());
    return "\"" + spelled + "\"" + (random.nextBoolean() ? ": " : " :") + value;
  }

  private static String object(List<String> members, RandomGenerator random) {
    List<String> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, new java.util.Random(random.nextLong()));
    return "{" + String.join(random.nextBoolean() ? ", " : ",", shuffled) + "}";
  }
}
