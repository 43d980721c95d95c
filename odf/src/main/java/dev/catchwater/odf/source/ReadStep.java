package dev.catchwater.odf.source;

import dev.catchwater.odf.schema.DataSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How bytes become rows (ODF `ReadStep`; order = ordinal). At most one of `ddlSchema` and `schema`
/// is present; neither means that columns are inferred. Null options mean their default.
public sealed interface ReadStep {

  /// The kind as manifests spell it.
  default String kind() {
    return getClass().getSimpleName();
  }

  /// The ordinal of the kind in the union on disk, 1 to 7; see [MetadataEvent#code()].
  int code();

  /// Column definitions in DDL, one a string, as stored.
  @Nullable List<String> ddlSchema();

  /// The ODF schema.
  @Nullable DataSchema schema();

  /// Comma- or otherwise separated text.
  record Csv(
      @Nullable List<String> ddlSchema,
      @Nullable String separator,
      @Nullable String encoding,
      @Nullable String quote,
      @Nullable String escape,
      @Nullable Boolean header,
      @Nullable Boolean inferSchema,
      @Nullable String nullValue,
      @Nullable String dateFormat,
      @Nullable String timestampFormat,
      @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 1;
    }
  }

  /// A GeoJSON FeatureCollection.
  record GeoJson(@Nullable List<String> ddlSchema, @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 2;
    }
  }

  /// A zipped Esri shapefile.
  record EsriShapefile(
      @Nullable List<String> ddlSchema, @Nullable String subPath, @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 3;
    }
  }

  /// A Parquet file.
  record Parquet(@Nullable List<String> ddlSchema, @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 4;
    }
  }

  /// A JSON document with an array of objects at `subPath`.
  record Json(
      @Nullable String subPath,
      @Nullable List<String> ddlSchema,
      @Nullable String dateFormat,
      @Nullable String encoding,
      @Nullable String timestampFormat,
      @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 5;
    }
  }

  /// One JSON object a line.
  record NdJson(
      @Nullable List<String> ddlSchema,
      @Nullable String dateFormat,
      @Nullable String encoding,
      @Nullable String timestampFormat,
      @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 6;
    }
  }

  /// One GeoJSON feature a line.
  record NdGeoJson(@Nullable List<String> ddlSchema, @Nullable DataSchema schema)
      implements ReadStep {
    @Override
    public int code() {
      return 7;
    }
  }
}
