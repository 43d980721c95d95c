package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every format into every source, by the file's name, by option and by standard input.
class FormatCasesTest {
  private static final Path RESOURCES =
      Path.of("../ingest/src/test/resources").toAbsolutePath().normalize();
  private static final String FEATURE =
      "{\"type\":\"Feature\",\"properties\":{\"city\":\"A\",\"population\":1000},"
          + "\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}";
  private static final String ROW = "{\"city\":\"A\",\"population\":1000}";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private List<String> rows() {
    return sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]).toList();
  }

  private void add(String step) {
    sandbox.pipe(Samples.append(step), "add", "--stdin").succeeded();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String packed(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Files.write(folder.resolve(name), bytes.toByteArray()).toString();
  }

  @Test
  void aFileIsReadAsItsNameSays() throws IOException {
    add(Samples.ndjson("city STRING", "population INT64"));
    sandbox.run("ingest", "x", packed("a.csv.gz", "population,city\n1000,A\n")).succeeded();
    sandbox.run("ingest", "x", file("a.ndjson", ROW + "\n")).succeeded();
    sandbox.run("ingest", "x", file("a.json", ROW + "\n")).succeeded();
    sandbox
        .run(
            "ingest",
            "x",
            file("a.geojson", "{\"type\":\"FeatureCollection\",\"features\":[" + FEATURE + "]}"))
        .succeeded()
        .says("geometry (1)");
    sandbox.run("ingest", "x", file("a.ndgeojson", FEATURE + "\n")).succeeded();
    assertThat(rows()).hasSize(5).allMatch("A,1000"::equals);
  }

  @Test
  void everySourceTakesEveryFormat() throws IOException {
    String columns = Samples.fields("city STRING", "population INT64");
    String[] kinds = {"Csv", "Json", "NdJson", "GeoJson", "NdGeoJson", "Parquet", "EsriShapefile"};
    for (String kind : kinds) {
      Sandbox own = Sandbox.in(Files.createDirectories(folder.resolve(kind)));
      own.pipe(Samples.append("{kind: " + kind + columns + "}"), "add", "--stdin").succeeded();
      own.push("x", "A,1000\n", "--input-format", "csv").succeeded();
      own.push("x", "[" + ROW + "]", "--input-format", "json").succeeded();
      own.push("x", ROW, "--input-format", "ndjson").succeeded();
      own.push("x", FEATURE, "--input-format", "ndgeojson").succeeded();
      own.push(
              "x",
              "{\"type\":\"FeatureCollection\",\"features\":[" + FEATURE + "]}",
              "--input-format",
              "geojson")
          .succeeded();
      assertThat(own.rows("x")).as(kind).hasSize(5).allMatch(row -> row.endsWith(",A,1000"));
      own.push("x", "text", "--input-format", "parquet").refused().says("Not a Parquet file");
      own.push("x", "text", "--input-format", "esrishapefile").refused().says("Not a zip file");
    }
  }

  @Test
  void A121_aShapefileIsReadFromFileAndStandardInput() throws IOException {
    add(
        "{kind: EsriShapefile"
            + Samples.fields("iso STRING!", "name_0 STRING!", "name_1 STRING!")
            + "}");
    Path zip = RESOURCES.resolve("shapes/ukraine.zip");
    sandbox.run("ingest", "x", zip.toString()).succeeded();
    assertThat(rows())
        .hasSize(27)
        .startsWith("UKR,Ukraine,Cherkasy")
        .endsWith("UKR,Ukraine,Zhytomyr");
    sandbox.pipe(Files.readAllBytes(zip), "ingest", "x", "--stdin").succeeded();
    assertThat(rows()).hasSize(54);
    sandbox
        .run("ingest", "x", RESOURCES.resolve("shapes/two.zip").toString())
        .refused()
        .says("several shapefiles")
        .says("folder/second.shp");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void aParquetFileIsReadFromFileAndStandardInputAndInBatches() throws IOException {
    add(Samples.ndjson("a INT64"));
    Path file = RESOURCES.resolve("parquet/snappy.parquet");
    sandbox.run("ingest", "x", file.toString()).succeeded().says("100 added");
    sandbox
        .pipe(Files.readAllBytes(file), "ingest", "x", "--stdin", "--input-format", "parquet")
        .succeeded();
    sandbox
        .pipe(
            Files.readAllBytes(file),
            "ingest",
            "x",
            "--stdin",
            "--input-format",
            "parquet",
            "--batch-rows",
            "30")
        .succeeded();
    assertThat(rows()).hasSize(300).endsWith("99");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void aCsvWithoutASchemaGetsHeaderAndTypes() throws IOException {
    add(Samples.ndjson());
    sandbox.run("ingest", "x", file("cities.csv", "city,population\nA,1000\n")).succeeded();
    assertThat(sandbox.schema("x")).contains("OPTIONAL INT64 population;");
    sandbox.run("ingest", "x", file("more.ndjson", ROW)).succeeded();
    assertThat(rows()).containsExactly("A,1000", "A,1000");
  }
}
