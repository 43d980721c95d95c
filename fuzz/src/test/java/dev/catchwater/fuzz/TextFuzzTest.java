package dev.catchwater.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.ReadStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The readers of text. The first two bytes of an input choose source and options, the rest is what
/// is read.
class TextFuzzTest {
  private static final int CHOICES = 2;

  private static final ReadStep[] NDJSON = {
    ndJson(null, null, null, Schemas.MANY),
    ndJson(null, null, null, Schemas.RARE),
    ndJson(null, null, null, null),
    ndJson("dd.MM.yyyy", null, "yyyy-MM-dd'T'HH:mm:ss[.S]XXX", Schemas.MANY),
    ndJson(null, "utf-16", "epoch-millis", Schemas.MANY),
    ndJson(null, "windows-1252", "epoch-seconds", null)
  };

  private static final ReadStep[] JSON = {
    json(null, Schemas.MANY),
    json(null, null),
    json("a.b", Schemas.MANY),
    json("a.b", null),
    json("a", Schemas.RARE)
  };

  private static final ReadStep[] CSV = {
    csv(null, null, null, true, false, null, Schemas.MANY),
    csv(null, null, null, true, true, null, null),
    csv(null, null, null, false, false, null, Schemas.MANY),
    csv(null, null, null, false, true, null, null),
    csv(";", "'", "\\", true, true, "NULL", null),
    csv("\t", null, "\"", true, false, "-", Schemas.MANY),
    csv("|", "'", null, true, false, null, Schemas.RARE),
    csv(null, null, null, true, false, null, null)
  };

  private static final ReadStep[] GEOJSON = {
    new ReadStep.GeoJson(null, Schemas.FEATURE), new ReadStep.GeoJson(null, null)
  };

  private static final ReadStep[] NDGEOJSON = {
    new ReadStep.NdGeoJson(null, Schemas.FEATURE), new ReadStep.NdGeoJson(null, null)
  };

  private static ReadStep ndJson(
      @Nullable String dateFormat,
      @Nullable String encoding,
      @Nullable String timestampFormat,
      @Nullable DataSchema schema) {
    return new ReadStep.NdJson(null, dateFormat, encoding, timestampFormat, schema);
  }

  private static ReadStep json(@Nullable String subPath, @Nullable DataSchema schema) {
    return new ReadStep.Json(subPath, null, null, null, null, schema);
  }

  private static ReadStep csv(
      @Nullable String separator,
      @Nullable String quote,
      @Nullable String escape,
      boolean header,
      boolean inferSchema,
      @Nullable String nullValue,
      @Nullable DataSchema schema) {
    return new ReadStep.Csv(
        null, separator, null, quote, escape, header, inferSchema, nullValue, null, null, schema);
  }

  @FuzzTest
  void ndJson(byte[] input) {
    read(NDJSON, input);
  }

  @FuzzTest
  void json(byte[] input) {
    read(JSON, input);
  }

  @FuzzTest
  void csv(byte[] input) {
    read(CSV, input);
  }

  /// Dialect and time formats come from the input too: three bytes, and the first line.
  @FuzzTest
  void csvDialect(byte[] input) {
    int end = 4;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    if (end >= input.length) {
      return;
    }
    String format = new String(input, 4, end - 4, StandardCharsets.ISO_8859_1);
    ReadStep step =
        new ReadStep.Csv(
            null,
            sign(input[1]),
            (input[0] & 8) == 0 ? null : "iso-8859-15",
            sign(input[2]),
            sign(input[3]),
            (input[0] & 4) == 0,
            false,
            null,
            (input[0] & 16) == 0 ? null : format,
            format,
            Schemas.MANY);
    byte[] rest = Arrays.copyOfRange(input, end + 1, input.length);
    Rows.read(step, null, PushInput.bytes(null, rest), input[0]);
  }

  private static String sign(byte value) {
    return value == 0 ? "" : String.valueOf((char) (value & 0xFF));
  }

  @FuzzTest
  void geoJson(byte[] input) {
    read(GEOJSON, input);
  }

  @FuzzTest
  void ndGeoJson(byte[] input) {
    read(NDGEOJSON, input);
  }

  private static void read(ReadStep[] steps, byte[] input) {
    if (input.length < CHOICES) {
      return;
    }
    ReadStep step = steps[(input[0] & 0xFF) % steps.length];
    byte[] rest = Arrays.copyOfRange(input, CHOICES, input.length);
    Rows.read(step, null, PushInput.bytes(null, rest), input[1]);
  }
}
