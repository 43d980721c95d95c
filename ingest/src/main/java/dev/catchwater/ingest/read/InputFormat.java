package dev.catchwater.ingest.read;

import dev.catchwater.odf.source.ReadStep;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a caller says the bytes are (`--input-format`, a media type). Named as kamu names them.
public enum InputFormat {
  CSV("Csv"),
  JSON("Json"),
  NDJSON("NdJson"),
  GEOJSON("GeoJson"),
  NDGEOJSON("NdGeoJson"),
  PARQUET("Parquet"),
  ESRISHAPEFILE("EsriShapefile");

  private final String kind;

  InputFormat(String kind) {
    this.kind = kind;
  }

  /// The read step of this format, as manifests spell it.
  public String kind() {
    return kind;
  }

  /// The spelling on the command line: `ndjson`.
  public String optionName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The format of a command-line name, in any case, or null.
  public static @Nullable InputFormat find(String optionName) {
    for (InputFormat format : values()) {
      if (format.name().equalsIgnoreCase(optionName)) {
        return format;
      }
    }
    return null;
  }

  /// The format that a file's name tells, where that is another than the source's; else the
  /// source's. Names are not enough to tell the formats of JSON from each other: `.json` leaves a
  /// source of any of them as it is. Endings of compression are passed over.
  public static InputFormat ofFile(@Nullable String name, InputFormat declared) {
    if (name == null) {
      return declared;
    }
    String ending = ending(name);
    return switch (ending) {
      case "csv" -> CSV;
      case "ndjson", "jsonl" -> declared == GEOJSON || declared == NDGEOJSON ? NDGEOJSON : NDJSON;
      case "json" -> declared.isJson() ? declared : JSON;
      case "geojson" -> declared == JSON ? JSON : GEOJSON;
      case "ndgeojson", "geojsonl" -> NDGEOJSON;
      case "parquet" -> PARQUET;
      case "zip", "shp", "shx" -> ESRISHAPEFILE;
      default -> declared;
    };
  }

  private boolean isJson() {
    return this == JSON || this == NDJSON || this == GEOJSON || this == NDGEOJSON;
  }

  private static String ending(String name) {
    int end = name.length();
    int query = name.startsWith("http") ? name.indexOf('?') : -1;
    if (query >= 0) {
      end = query;
    }
    while (true) {
      int dot = name.lastIndexOf('.', end - 1);
      if (dot < 0 || name.lastIndexOf('/', end - 1) > dot) {
        return "";
      }
      String ending = name.substring(dot + 1, end).toLowerCase(Locale.ROOT);
      boolean isPacked = ending.equals("gz") || ending.equals("zst");
      if (!isPacked) {
        return ending;
      }
      end = dot;
    }
  }

  /// The format a read step reads.
  public static InputFormat of(ReadStep step) {
    return switch (step.code()) {
      case 1 -> CSV;
      case 2 -> GEOJSON;
      case 3 -> ESRISHAPEFILE;
      case 4 -> PARQUET;
      case 5 -> JSON;
      case 6 -> NDJSON;
      case 7 -> NDGEOJSON;
      default -> throw new IllegalStateException("no read step has the code " + step.code());
    };
  }
}
