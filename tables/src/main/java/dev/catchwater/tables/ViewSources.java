package dev.catchwater.tables;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds what a view reads, and says what may be joined with what (streamsql-api §5, S22).
final class ViewSources {
  private final StreamSql streamSql;
  private final Views views;

  ViewSources(StreamSql streamSql, Views views) {
    this.streamSql = streamSql;
    this.views = views;
  }

  /// What a dependency is.
  enum Kind {
    STREAM,
    DYNAMIC_TABLE,
    VERSION,
    STREAM_VIEW,
    TABLE_VIEW
  }

  /// A dependency that was found.
  ///
  /// @param name in the query
  /// @param input what its dataset is called in the transform
  /// @param schema its columns
  /// @param key columns of a view that tell rows apart
  /// @param isSchemaless whether its rows are JSON objects in a column
  record Source(
      String name,
      String input,
      Kind kind,
      Dataset dataset,
      DataSchema schema,
      List<String> key,
      boolean isSchemaless) {
    /// Whether its rows only come to be.
    boolean grows() {
      return kind == Kind.STREAM || kind == Kind.STREAM_VIEW;
    }
  }

  /// All that a view reads.
  ///
  /// @throws CatchwaterException `STREAM_NOT_FOUND`, `TABLE_NOT_FOUND`, `BAD_ARGUMENT`
  List<Source> of(ViewDefinition wanted) {
    List<Source> found = new ArrayList<>();
    for (ViewDefinition.Dependency dependency : wanted.dependencies()) {
      for (Source other : found) {
        if (other.name().equalsIgnoreCase(dependency.name())) {
          throw bad("The dependency " + dependency.name() + " is there twice");
        }
      }
      found.add(find(dependency, "__" + (found.size() + 1)));
    }
    return found;
  }

  private Source find(ViewDefinition.Dependency dependency, String input) {
    String name = dependency.name();
    Dataset view = views.find(name);
    ViewDefinition definition = view == null ? null : views.definition(view);
    if (view != null && definition != null) {
      Kind kind = definition.isTable() ? Kind.TABLE_VIEW : Kind.STREAM_VIEW;
      DataSchema schema = requireColumns(name, view);
      return new Source(name, input, kind, view, schema, definition.primaryKey(), false);
    }
    if (dependency.version() == null) {
      Streams.@Nullable Stream stream = stream(name);
      if (stream != null) {
        boolean isSchemaless = stream.schema() == null;
        DataSchema schema = isSchemaless ? payloads(false) : requireColumns(name, stream.dataset());
        return new Source(
            name, input, Kind.STREAM, stream.dataset(), schema, List.of(), isSchemaless);
      }
    }
    Dataset plain = dependency.version() == null ? views.plain(name) : null;
    if (plain != null) {
      DataSchema schema = requireColumns(name, plain);
      return new Source(name, input, Kind.STREAM, plain, schema, List.of(), false);
    }
    return table(dependency, input);
  }

  private Source table(ViewDefinition.Dependency dependency, String input) {
    String name = dependency.name();
    Tables.Table table = streamSql.tables().require(name);
    Integer wanted = dependency.version();
    Dataset dynamic = table.dynamic();
    if (wanted == null && dynamic != null) {
      DataSchema schema = payloads(true);
      return new Source(name, input, Kind.DYNAMIC_TABLE, dynamic, schema, List.of(), true);
    }
    Tables.Version version = wanted == null ? table.newest() : null;
    for (Tables.Version one : table.versions()) {
      version = wanted != null && one.version() == wanted ? one : version;
    }
    if (version == null) {
      throw CatchwaterException.of(
          ErrorCode.TABLE_NOT_FOUND, "Table not found: " + name + ", version " + wanted);
    }
    DataSchema schema = payloads(!table.primaryKey().isEmpty());
    return new Source(name, input, Kind.VERSION, version.dataset(), schema, List.of(), true);
  }

  private Streams.@Nullable Stream stream(String name) {
    try {
      return streamSql.streams().require(name);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.STREAM_NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /// The columns of schema-less rows, which are known before there are any.
  private static DataSchema payloads(boolean hasKey) {
    Vocabulary names = Vocabulary.DEFAULT;
    List<DataField> fields = new ArrayList<>();
    fields.add(DataField.of(names.offset(), Scalar.INT64));
    fields.add(DataField.of(names.operationType(), Scalar.INT32));
    fields.add(DataField.of(names.systemTime(), DataType.Timestamp.MILLIS_UTC));
    fields.add(DataField.of(names.eventTime(), DataType.Timestamp.MILLIS_UTC));
    if (hasKey) {
      fields.add(DataField.of(Definition.KEY, Scalar.STRING.optional()));
    }
    fields.add(DataField.of(Definition.PAYLOAD, Scalar.STRING.optional()));
    return DataSchema.of(fields);
  }

  private static DataSchema requireColumns(String name, Dataset dataset) {
    DataSchema schema = dataset.state().schema();
    if (schema == null) {
      throw bad(name + " has no columns before its first rows are sealed")
          .withHint("send a row, or make the view later");
    }
    return schema;
  }

  static CatchwaterException bad(String why) {
    return CatchwaterException.of(ErrorCode.BAD_ARGUMENT, why);
  }

  /// Refuses a join of two streams, and any with a dynamic table.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` that names both sides
  static void requireJoinable(ViewDefinition wanted, List<Source> found) {
    Source stream = null;
    for (Source source : found) {
      if (source.kind() == Kind.DYNAMIC_TABLE && found.size() > 1) {
        Source other = source.equals(found.getFirst()) ? found.get(1) : found.getFirst();
        throw bad("The dynamic table "
                + source.name()
                + " cannot be joined with "
                + other.name()
                + ": its rows change")
            .withHint("freeze " + source.name() + " to a version, and join that");
      }
      if (source.grows() && stream != null) {
        throw bad("Two streams cannot be joined: " + stream.name() + " and " + source.name())
            .withHint("make a table of one of them with GROUP BY, and join that");
      }
      stream = source.grows() ? source : stream;
    }
    if (!wanted.isTable() && stream == null) {
      throw bad("A stream comes from a stream, and " + wanted.name() + " reads tables alone")
          .withHint("materialize a table");
    }
  }

  /// Inputs that are read whole, as they stand.
  static List<String> tables(List<Source> found) {
    List<String> tables = new ArrayList<>();
    for (Source source : found) {
      if (!source.grows()) {
        tables.add(source.input());
      }
    }
    return tables;
  }
}
