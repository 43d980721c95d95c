package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static dev.catchwater.ingest.read.Reading.shapefile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.ingest.read.shape.TableField;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.Scalar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Shapefiles that pyshp wrote (`src/test/python/make_shapes.py`), as pyshp reads them.
class ShapefileReaderTest {
  private static final Path FILES = Path.of("src/test/resources/shapes").toAbsolutePath();
  private static final DataField[] KINDS = {
    optional("text", Scalar.STRING),
    optional("whole", Scalar.INT32),
    optional("real", Scalar.FLOAT64),
    optional("float", Scalar.FLOAT64),
    optional("flag", Scalar.BOOL),
    optional("day", Scalar.DATE),
    optional("geometry", Scalar.STRING)
  };

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(FILES.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "point",
        "pointz",
        "pointm",
        "multipoint",
        "multipointz",
        "line",
        "linez",
        "linem",
        "polygon",
        "polygonz"
      })
  void everyKindOfShapeIsWhatPyshpReads(String name) throws IOException {
    List<String> rows = new ArrayList<>();
    for (List<?> row : shapefile(null, KINDS).rows(file(name + ".zip"))) {
      rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
    }
    assertThat(rows).isEqualTo(Files.readAllLines(FILES.resolve(name + ".rows")));
  }

  @Test
  void A121_oneRowAShape() throws IOException {
    Reading reading =
        shapefile(
            null,
            required("iso", Scalar.STRING),
            required("name_0", Scalar.STRING),
            required("name_1", Scalar.STRING));
    var rows = reading.rows(file("ukraine.zip"));
    assertThat(rows).hasSize(27).startsWith(row("UKR", "Ukraine", "Cherkasy"));
    assertThat(rows.getLast()).isEqualTo(row("UKR", "Ukraine", "Zhytomyr"));
    assertThat(reading.counts.ignoredFields()).containsOnlyKeys("id_1");
    assertThat(
            shapefile("gg870xt4706.shp", optional("iso", Scalar.STRING)).rows(file("ukraine.zip")))
        .hasSize(27);
    assertThat(shapefile("*.shp", optional("iso", Scalar.STRING)).rows(file("ukraine.zip")))
        .hasSize(27);
    assertThat(
            shapefile("invalid.shp", optional("iso", Scalar.STRING)).failure(file("ukraine.zip")))
        .hasMessage(
            "data.zip: Sub-path not found: invalid.shp (it has gg870xt4706.shp, gg870xt4706.shx,"
                + " gg870xt4706.dbf, gg870xt4706.prj, gg870xt4706.cpg)");
    var geometry = shapefile(null, optional("geometry", Scalar.STRING)).rows(file("ukraine.zip"));
    assertThat(geometry.getFirst())
        .isEqualTo(
            row(
                "{\"coordinates\":[[[[22.0,44.0],[22.0,44.9],[22.9,44.9],[22.9,44.0],"
                    + "[22.0,44.0]]]],"
                    + "\"type\":\"MultiPolygon\"}"));
  }

  @Test
  void withoutASchemaTheTableSaysTheTypes() throws IOException {
    Reading reading = shapefile(null);
    assertThat(reading.rows(file("ukraine.zip")).getFirst().subList(1, 5))
        .isEqualTo(row(1L, "UKR", "Ukraine", "Cherkasy"));
    assertThat(reading.schema.fields())
        .extracting(DataField::name)
        .containsExactly("geometry", "id_1", "iso", "name_0", "name_1");
  }

  @Test
  void BAD64_incompleteArchivesListWhatTheyHave() throws IOException {
    Reading reading = shapefile(null, optional("iso", Scalar.STRING));
    assertThat(reading.failure(file("two.zip")))
        .hasMessageStartingWith(
            "data.zip: The archive has several shapefiles, and the source has no subPath"
                + " (it has folder/first.shp,");
    assertThat(shapefile("folder/second.shp", optional("iso", Scalar.STRING)).rows(file("two.zip")))
        .hasSize(27);
    assertThat(reading.failure(file("no-dbf.zip")))
        .hasMessage("data.zip: The archive has no .dbf beside a.shp (it has a.shp, readme.txt)");
    assertThat(reading.failure(file("no-shp.zip")))
        .hasMessage("data.zip: The archive has no .shp (it has a.dbf)");
    assertThat(reading.message("not a zip"))
        .isEqualTo(
            "data.zip: Not a zip file (first bytes \"not \")"
                + " (put .shp and .dbf (and .cpg) together into one zip file)");
    assertThat(reading.message("")).contains("Not a zip file");
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (String name : names) {
        out.putNextEntry(new ZipEntry(name));
        out.write(new byte[200 << 10]);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void TH30_archivesThatLeadElsewhereAreRefused() throws IOException {
    Reading reading = shapefile(null, optional("iso", Scalar.STRING));
    for (String name :
        new String[] {"../a.shp", "/etc/a.shp", "a/../../b.shp", "C:/a.shp", "a\\b.shp"}) {
      CatchwaterException failure = reading.failure(zip(name, "x.dbf"));
      assertThat(failure.code()).isEqualTo(ErrorCode.BAD_ENCODING);
      assertThat(failure).hasMessageContaining("leads out of the archive");
    }
    byte[] twice = zip("a.shp", "b.shp");
    String text = new String(twice, StandardCharsets.ISO_8859_1).replace("b.shp", "a.shp");
    assertThat(reading.failure(text.getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("\"a.shp\" is there twice");
    assertThat(reading.failure(asLink(zip("a.shp", "a.dbf")))).hasMessageContaining("link");
    String[] many = new String[10_001];
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (int i = 0; i < many.length; i++) {
        out.putNextEntry(new ZipEntry("f" + i));
        out.closeEntry();
      }
    }
    assertThat(reading.failure(bytes.toByteArray()).code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
  }

  /// The same archive, its first file a symbolic link as Unix writes it.
  private static byte[] asLink(byte[] archive) {
    String text = new String(archive, StandardCharsets.ISO_8859_1);
    int entry = text.indexOf("PK\u0001\u0002");
    byte[] changed = archive.clone();
    changed[entry + 5] = 3;
    changed[entry + 40] = (byte) 0xFF;
    changed[entry + 41] = (byte) 0xA1;
    return changed;
  }

  @Test
  void TH16_aBombInAnArchiveIsNotUnpacked() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (String name : List.of("a.shp", "a.dbf")) {
        out.putNextEntry(new ZipEntry(name));
        for (int i = 0; i < 70; i++) {
          out.write(new byte[1 << 20]);
        }
        out.closeEntry();
      }
    }
    assertThat(shapefile(null, optional("a", Scalar.STRING)).failure(bytes.toByteArray()))
        .hasMessageContaining("limit: compression ratio");
  }

  @Test
  void aFieldOfYesAndNoWithoutBytesIsNotRead() {
    // Found by a guided input: such a field at the end of a record has no byte to look at.
    assertThat(new TableField("x", 'L', 70, 0, 0, false).dataType()).isNull();
    assertThat(new TableField("x", 'L', 70, 1, 0, false).dataType()).isEqualTo(Scalar.BOOL);
  }

  @Test
  void textsAreOfTheEncodingThatTheCpgNames() throws IOException {
    Reading reading = shapefile(null, optional("name", Scalar.STRING));
    assertThat(reading.rows(file("cp1251.zip"))).containsExactly(row("Київ"));
    assertThat(reading.failure(file("unnamed.zip")))
        .hasMessage(
            "data.zip, field \"name\": record 1: The text is not UTF-8"
                + " (add a .cpg file that names the encoding, like 1252)");
    assertThat(reading.failure(file("unknown.zip")).code()).isEqualTo(ErrorCode.BAD_ENCODING);
  }

  @Test
  void aRequiredFieldThatTheTableLacksIsNamed() throws IOException {
    assertThat(
            shapefile(null, required("iso", Scalar.STRING), required("x", Scalar.INT64))
                .failure(file("ukraine.zip")))
        .hasMessage(
            "data.zip: The .dbf has no field \"x\", which is required"
                + " (it has iso, name_0, name_1, id_1, geometry)");
    assertThat(shapefile(null, required("geometry", Scalar.STRING)).failure(file("point.zip")))
        .hasMessageContaining("field \"geometry\": record 2: A value is required, but it is null");
  }
}
