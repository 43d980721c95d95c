package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.ingest.read.cell.JsonRow;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.ingest.read.geo.FeatureRow;
import dev.catchwater.ingest.read.text.TimePattern;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.SourceSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens the reader for a push. Thread-safe.
public final class RowReaders {
  private RowReaders() {}

  /// The rows of `input`, read by the source's step, or, where `asked` names another format, by a
  /// step of that format that keeps the source's columns and nothing else.
  ///
  /// Looks at the first bytes: gzip, zstd and a byte order mark are dealt with here. In a source
  /// without schema the first 1,000 rows are read to infer the columns.
  ///
  /// @param asked what the caller says the bytes are; null for what the file's name says, or else
  ///   the source
  /// @throws CatchwaterException what [RowReader#next()] throws
  public static RowReader open(
      ReadStep step, @Nullable InputFormat asked, PushInput input, ReadOptions options) {
    return open(step, SourceSchema.of(step), asked, input, options);
  }

  /// The same, the columns that the step declares being known.
  ///
  /// @param schema [SourceSchema] of the step, null where columns are inferred
  public static RowReader open(
      ReadStep step,
      @Nullable DataSchema schema,
      @Nullable InputFormat asked,
      PushInput input,
      ReadOptions options) {
    InputFormat declared = InputFormat.of(step);
    InputFormat format = asked == null ? InputFormat.ofFile(input.name(), declared) : asked;
    ReadStep used = format == declared ? step : translated(format);
    boolean isTranslated = format != declared;
    checkOptions(used);
    if (format == InputFormat.PARQUET) {
      return ParquetReader.open(input, schema, options);
    }
    if (used instanceof ReadStep.EsriShapefile shapefile) {
      return ShapefileReader.open(input, shapefile.subPath(), schema, options);
    }
    SourceBytes source = new SourceBytes(input, input.open());
    ByteWindow window = null;
    try {
      window = window(used, source);
      if (used instanceof ReadStep.NdJson ndJson) {
        Tally tally = tally(ndJson.dateFormat(), ndJson.timestampFormat());
        return lines(tally, false, schema, source, window, options);
      }
      if (used instanceof ReadStep.Json json) {
        return json(json, schema, source, window, options);
      }
      if (used instanceof ReadStep.Csv csv) {
        return csv(csv, isTranslated, schema, source, window, options);
      }
      if (used instanceof ReadStep.NdGeoJson) {
        return lines(new Tally(null, null), true, schema, source, window, options);
      }
      if (used instanceof ReadStep.GeoJson) {
        return features(schema, source, window, options);
      }
      throw new IllegalStateException("a step of kind " + used.kind());
    } catch (RuntimeException e) {
      close(source, window);
      throw e;
    }
  }

  private static void close(SourceBytes source, @Nullable ByteWindow window) {
    if (window != null) {
      window.close();
      return;
    }
    try {
      source.close();
    } catch (IOException _) {
      // What went wrong first is what is told.
    }
  }

  /// The step of another format: its defaults.
  private static ReadStep translated(InputFormat format) {
    return switch (format) {
      case CSV ->
          new ReadStep.Csv(null, null, null, null, null, null, null, null, null, null, null);
      case JSON -> new ReadStep.Json(null, null, null, null, null, null);
      case NDJSON -> new ReadStep.NdJson(null, null, null, null, null);
      case PARQUET -> new ReadStep.Parquet(null, null);
      case GEOJSON -> new ReadStep.GeoJson(null, null);
      case NDGEOJSON -> new ReadStep.NdGeoJson(null, null);
      case ESRISHAPEFILE -> new ReadStep.EsriShapefile(null, null, null);
    };
  }

  /// Refuses a read step whose options cannot be used, as `add` must.
  ///
  /// @throws CatchwaterException BAD_MANIFEST, UNSUPPORTED
  public static void check(ReadStep step) {
    checkOptions(step);
    SourceSchema.of(step);
  }

  private static void checkOptions(ReadStep step) {
    if (step instanceof ReadStep.Csv csv) {
      CsvDialect.of(csv);
      Unpacking.charset(csv.encoding());
      tally(csv.dateFormat(), csv.timestampFormat());
    } else if (step instanceof ReadStep.NdJson json) {
      Unpacking.charset(json.encoding());
      tally(json.dateFormat(), json.timestampFormat());
    } else if (step instanceof ReadStep.Json json) {
      Unpacking.charset(json.encoding());
      tally(json.dateFormat(), json.timestampFormat());
    }
  }

  private static Tally tally(@Nullable String dateFormat, @Nullable String timestampFormat) {
    TimePattern date = pattern("dateFormat", dateFormat);
    if (date != null && date.isEpoch()) {
      throw CatchwaterException.of(
          ErrorCode.BAD_MANIFEST, "Bad dateFormat: " + date.text() + " is for timestamps only");
    }
    return new Tally(date, pattern("timestampFormat", timestampFormat));
  }

  private static @Nullable TimePattern pattern(String option, @Nullable String declared) {
    try {
      return TimePattern.of(declared);
    } catch (IllegalArgumentException e) {
      throw CatchwaterException.of(
              ErrorCode.BAD_MANIFEST, "Bad " + option + " \"" + declared + "\": " + e.getMessage())
          .withHint("a form is made of yyyy MM dd HH mm ss SSS XXX, or is rfc3339");
    }
  }

  private static ByteWindow window(ReadStep step, SourceBytes source) {
    byte stop = '\n';
    String encoding = null;
    if (step instanceof ReadStep.Csv csv) {
      encoding = csv.encoding();
      stop = (byte) CsvDialect.of(csv).quote();
    } else if (step instanceof ReadStep.NdJson json) {
      encoding = json.encoding();
    } else if (step instanceof ReadStep.Json json) {
      encoding = json.encoding();
    }
    return new ByteWindow(
        source.input(), Unpacking.open(source, Unpacking.charset(encoding)), stop);
  }

  /// Objects or GeoJSON features, one a line.
  private static RowReader lines(
      Tally tally,
      boolean areFeatures,
      @Nullable DataSchema schema,
      SourceBytes source,
      ByteWindow window,
      ReadOptions options) {
    RowColumns columns =
        schema == null
            ? RowColumns.inferred(NdJsonReader.infer(window, options, areFeatures), tally)
            : RowColumns.of(schema, tally);
    columns.cutEvery(options.cutRows());
    JsonRow object = areFeatures ? feature(columns, options) : object(columns, options);
    return new NdJsonReader(columns, source, window, object, options.sieve());
  }

  private static JsonRow object(RowColumns columns, ReadOptions options) {
    return new JsonObject(
        columns.keys, columns.cells, options.reservedColumns(), options.isStrict());
  }

  private static FeatureRow feature(RowColumns columns, ReadOptions options) {
    return new FeatureRow(
        columns.keys, columns.cells, options.reservedColumns(), options.isStrict());
  }

  private static RowReader features(
      @Nullable DataSchema schema, SourceBytes source, ByteWindow window, ReadOptions options) {
    Tally tally = new Tally(null, null);
    JsonDocument document = JsonDocument.ofFeatures(window, source.name());
    RowColumns columns =
        schema == null
            ? RowColumns.inferred(document.infer(options), tally)
            : RowColumns.of(schema, tally);
    columns.cutEvery(options.cutRows());
    FeatureRow feature = feature(columns, options);
    JsonRow row = new ReferencedFeature(feature, document);
    return new JsonReader(columns, source, window, document, row, options.sieve());
  }

  private static RowReader json(
      ReadStep.Json step,
      @Nullable DataSchema schema,
      SourceBytes source,
      ByteWindow window,
      ReadOptions options) {
    Tally tally = tally(step.dateFormat(), step.timestampFormat());
    JsonDocument document = new JsonDocument(window, source.name(), step.subPath());
    RowColumns columns =
        schema == null
            ? RowColumns.inferred(document.infer(options), tally)
            : RowColumns.of(schema, tally);
    columns.cutEvery(options.cutRows());
    JsonRow row = object(columns, options);
    return new JsonReader(columns, source, window, document, row, options.sieve());
  }

  private static RowReader csv(
      ReadStep.Csv step,
      boolean isTranslated,
      @Nullable DataSchema schema,
      SourceBytes source,
      ByteWindow window,
      ReadOptions options) {
    Tally tally = tally(step.dateFormat(), step.timestampFormat());
    CsvDialect dialect = CsvDialect.of(step);
    CsvHeader.Rule rule;
    if (isTranslated) {
      rule = schema == null ? CsvHeader.Rule.PRESENT : CsvHeader.Rule.WHERE_IT_NAMES_COLUMNS;
    } else {
      rule = Boolean.TRUE.equals(step.header()) ? CsvHeader.Rule.PRESENT : CsvHeader.Rule.ABSENT;
    }
    boolean isTyped = isTranslated || Boolean.TRUE.equals(step.inferSchema());
    CsvReader.lookAhead(window, dialect, schema == null && isTyped);
    CsvHeader header = header(rule, schema, dialect, window, options, source);
    RowColumns columns =
        schema == null
            ? RowColumns.inferred(
                CsvInference.columns(header, dialect, window, isTyped, options), tally)
            : RowColumns.of(schema, tally);
    columns.cutEvery(options.cutRows());
    return new CsvReader(columns, dialect, header, source, window, options.sieve());
  }

  private static CsvHeader header(
      CsvHeader.Rule rule,
      @Nullable DataSchema schema,
      CsvDialect dialect,
      ByteWindow window,
      ReadOptions options,
      SourceBytes source) {
    if (rule != CsvHeader.Rule.ABSENT && window.limit > 0) {
      CsvHeader read = CsvHeader.read(window, dialect, rule, schema, options, source);
      if (read != null) {
        return read;
      }
    }
    if (schema == null) {
      return CsvHeader.positional(CsvReader.numberedNames(window, dialect), dialect);
    }
    List<String> names = new ArrayList<>();
    for (DataField field : schema.fields()) {
      names.add(field.name());
    }
    return CsvHeader.positional(names, dialect);
  }
}
