package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.json;
import static dev.catchwater.ingest.read.Reading.ndJson;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.util.List;
import org.junit.jupiter.api.Test;

/// GeoJSON, as documents and as lines.
class FeatureReaderTest {
  private static final DataField[] PLACES = {
    required("id", Scalar.INT32),
    required("zipcode", Scalar.STRING),
    required("name", Scalar.STRING),
    required("geometry", Scalar.STRING)
  };

  private static Reading geoJson(DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    return Reading.of(new ReadStep.GeoJson(null, schema)).named("data.json");
  }

  private static Reading ndGeoJson(DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    return Reading.of(new ReadStep.NdGeoJson(null, schema)).named("data.json");
  }

  private static String place(int id, String zip, String name, String size) {
    return """
    {"type": "Feature", "id": 77, "properties": {"id": %d, "zipcode": "%s", "name": "%s"},
     "geometry": {"type": "Polygon", "coordinates":
       [ [ [0.0, 0.0], [%4$s, 0.0], [%4$s, %4$s], [0.0, %4$s], [0.0, 0.0] ] ] } }\
    """
        .formatted(id, zip, name, size);
  }

  private static String polygon(String size) {
    return ("{\"coordinates\":[[[0.0,0.0],[%1$s,0.0],[%1$s,%1$s],[0.0,%1$s],[0.0,0.0]]],"
            + "\"type\":\"Polygon\"}")
        .formatted(size);
  }

  private static String collection(String... features) {
    return "{\"type\": \"FeatureCollection\", \"features\": ["
        + String.join(",\n", features)
        + "]}";
  }

  private static String feature(String geometry) {
    return "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":" + geometry + "}";
  }

  @Test
  void A118_featuresAreRows() {
    String text = collection(place(0, "00101", "A", "10.0"), place(1, "00202", "B", "20.0"));
    assertThat(geoJson(PLACES).rows(text))
        .containsExactly(
            row(0, "00101", "A", polygon("10.0")), row(1, "00202", "B", polygon("20.0")));
    Reading inferred = geoJson();
    assertThat(inferred.rows(text))
        .containsExactly(
            row(polygon("10.0"), 0L, "A", "00101"), row(polygon("20.0"), 1L, "B", "00202"));
    assertThat(inferred.schema.fields())
        .containsExactly(
            optional("geometry", Scalar.STRING),
            optional("id", Scalar.INT64),
            optional("name", Scalar.STRING),
            optional("zipcode", Scalar.STRING));
  }

  @Test
  void A119_aFeatureALine() {
    String text =
        place(0, "00101", "A", "10.0").replace("\n", "")
            + "\n"
            + place(1, "00202", "B", "20.0").replace("\n", "")
            + "\n";
    assertThat(ndGeoJson(PLACES).rows(text))
        .containsExactly(
            row(0, "00101", "A", polygon("10.0")), row(1, "00202", "B", polygon("20.0")));
    assertThat(ndGeoJson().rows(text).getFirst()).isEqualTo(row(polygon("10.0"), 0L, "A", "00101"));
  }

  @Test
  void numbersStayAsTheyAreWritten() {
    Reading reading = geoJson(optional("geometry", Scalar.STRING));
    assertThat(
            reading.rows(
                collection(
                    feature(
                        "{\"type\":\"Point\",\"coordinates\":[9,8.50,7e1],"
                            + "\"bbox\":[1,2],\"a\":{\"z\":1,\"b\":2}}"))))
        .containsExactly(
            row(
                "{\"a\":{\"b\":2,\"z\":1},\"bbox\":[1,2],"
                    + "\"coordinates\":[9,8.50,7e1],\"type\":\"Point\"}"));
  }

  @Test
  void BAD63_whatIsNoCollectionIsNamed() {
    Reading reading = geoJson(optional("a", Scalar.INT64), optional("geometry", Scalar.STRING));
    assertThat(reading.message(feature("null")))
        .isEqualTo(
            "data.json:1:9: Expected a FeatureCollection, found a \"Feature\""
                + " (use `--input-format ndgeojson` for features without a collection around them)");
    assertThat(reading.message("{\"features\": []}"))
        .contains("Expected a FeatureCollection, but it has no \"type\"");
    assertThat(reading.message("{\"type\": \"FeatureCollection\"}"))
        .contains("but it has no \"features\"");
    assertThat(reading.message("[1]")).contains("Expected a FeatureCollection, found '['");
    assertThat(reading.message("{\"features\": {}, \"type\": \"FeatureCollection\"}"))
        .contains("array");
    assertThat(reading.rows(collection())).isEmpty();
    assertThat(reading.rows("")).isEmpty();
    assertThat(reading.message(collection("{\"type\":\"Point\",\"coordinates\":[1,2]}")))
        .contains("Expected a Feature, found a \"Point\"");
    assertThat(reading.message(collection("{\"properties\":{}}")))
        .contains("Expected a Feature, but it has no type");
  }

  @Test
  void BAD63_nullGeometriesAndPropertiesAreNulls() {
    Reading reading = geoJson(optional("a", Scalar.INT64), optional("geometry", Scalar.STRING));
    assertThat(
            reading.rows(
                collection(
                    feature("null"),
                    "{\"type\":\"Feature\",\"properties\":null,\"geometry\":null}",
                    "{\"type\":\"Feature\"}")))
        .containsExactly(row(1L, null), row(null, null), row(null, null));
    assertThat(geoJson(PLACES).message(collection(feature("null"))))
        .contains("A value is required, but it is missing");
    assertThat(
            geoJson(required("geometry", Scalar.STRING), optional("a", Scalar.INT64))
                .message(collection(feature("null"))))
        .contains("field \"geometry\": A value is required, but it is null");
  }

  @Test
  void BAD63_badGeometriesAreRefusedWithTheirPlace() {
    Reading reading = geoJson(optional("a", Scalar.INT64), optional("geometry", Scalar.STRING));
    String[][] cases = {
      {"{\"type\":\"Polygone\",\"coordinates\":[]}", "there is no type \"Polygone\""},
      {"{\"coordinates\":[1,2]}", "it has no type"},
      {"{\"type\":\"Point\"}", "a Point has a list of coordinates"},
      {"{\"type\":\"Point\",\"coordinates\":[1]}", "a position has at least 2 numbers, found 1"},
      {"{\"type\":\"Point\",\"coordinates\":[\"1\",2]}", "expected a number, found '\"'"},
      {
        "{\"type\":\"Point\",\"coordinates\":[181,2]}", "the longitude 181.0 is outside -180 to 180"
      },
      {"{\"type\":\"Point\",\"coordinates\":[1,-91]}", "the latitude -91.0 is outside -90 to 90"},
      {
        "{\"type\":\"LineString\",\"coordinates\":[[1,2]]}",
        "a line has at least 2 positions, found 1"
      },
      {
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0.5]]]}",
        "the ring is not closed"
      },
      {
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}",
        "a ring has at least 4 positions, found 3"
      },
      {"{\"type\":\"MultiPolygon\",\"coordinates\":[[[1,2]]]}", "expected a list, found '1'"},
      {
        "{\"type\":\"GeometryCollection\",\"geometries\":"
            + "[{\"type\":\"Point\",\"coordinates\":[0,99]}]}",
        "the latitude 99.0"
      },
      {"5", "expected a geometry, found '5'"}
    };
    for (String[] one : cases) {
      CatchwaterException failure = reading.failure(collection(feature("null"), feature(one[0])));
      assertThat(failure.code()).isEqualTo(ErrorCode.BAD_DATA);
      assertThat(failure).hasMessageStartingWith("data.json:2:").hasMessageContaining(one[1]);
    }
  }

  @Test
  void anotherReferenceSystemLiftsTheBoundsOfTheGlobe() {
    String text =
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\"},\"features\":["
            + feature("{\"type\":\"Point\",\"coordinates\":[500000,4649776]}")
            + "]}";
    assertThat(geoJson(optional("a", Scalar.INT64)).rows(text)).containsExactly(row(1L));
  }

  @Test
  void formatsOfOneDocumentAreTranslatedIntoEachOther() {
    String point = "{\"coordinates\":[1,2],\"type\":\"Point\"}";
    String text = collection(feature(point));
    Reading source = ndJson(optional("a", Scalar.INT64), optional("geometry", Scalar.STRING));
    assertThat(source.as(InputFormat.GEOJSON).rows(text)).containsExactly(row(1L, point));
    assertThat(source.as(InputFormat.NDGEOJSON).rows(feature(point)))
        .containsExactly(row(1L, point));
    assertThat(geoJson(optional("a", Scalar.INT64)).as(InputFormat.NDJSON).rows("{\"a\": 5}"))
        .containsExactly(row(5L));
    assertThat(geoJson(optional("a", Scalar.INT64)).as(InputFormat.CSV).rows("a\n5\n"))
        .containsExactly(row(5L));
  }

  @Test
  void aSubPathIsFoundBehindValuesLargerThanTheWindow() {
    StringBuilder text = new StringBuilder("{\"head\": [");
    for (int i = 0; i < 300_000; i++) {
      text.append("{\"deep\": [\"").append("x".repeat(40)).append("]}\", {\"y\": [1, 2, 3]}]},\n");
    }
    text.append("0], \"rows\": [{\"a\": 1}], \"tail\": {\"z\": [");
    for (int i = 0; i < 300_000; i++) {
      text.append("\"").append("y".repeat(40)).append("\",");
    }
    text.append("null]}}");
    assertThat(text.length()).isGreaterThan(2 * ByteWindow.ROW_BYTES_MAX);
    assertThat(json("rows", optional("a", Scalar.INT64)).rows(text.toString()))
        .containsExactly(row(1L));
    String damaged = text.toString().replace("null]}}", "nul]}}");
    assertThat(json("rows", optional("a", Scalar.INT64)).message(damaged))
        .contains("Json error: expected a value, found 'n'");
  }
}
