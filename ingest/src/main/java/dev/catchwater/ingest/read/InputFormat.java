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
