package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.SetVocab;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TypeText;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.SourceSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What would make every push fail is refused when the dataset is added: keys that are no columns,
/// columns that cannot be stored, event times that are no times, sources that do not fit together.
///
/// Columns are only known where a source has a schema and no preprocess; the rest is found out at
/// the first push.
final class SnapshotChecks {
  private final DatasetKind kind;
  private final List<YamlField> fields;
  private final List<MetadataEvent> events;
  private Vocabulary vocabulary;

  SnapshotChecks(DatasetKind kind, List<YamlField> fields, List<MetadataEvent> events) {
    this(kind, fields, events, Vocabulary.DEFAULT);
  }

  /// @param vocabulary the names that hold where the events give no others
  SnapshotChecks(
      DatasetKind kind, List<YamlField> fields, List<MetadataEvent> events, Vocabulary vocabulary) {
    this.kind = kind;
    this.fields = fields;
    this.events = events;
    this.vocabulary = vocabulary;
  }

  void check() {
    checkEach();
    checkSourcesAgree();
  }

  /// All but whether the sources end in one schema.
  void checkEach() {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof SetVocab vocab) {
        vocabulary = Vocabulary.of(vocab);
        checkVocabulary(fields.get(i));
      }
    }
    for (int i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case AddPushSource source -> checkSource(fields.get(i), source);
        case SetDataSchema schema -> checkSchema(fields.get(i), schema);
        case SetTransform transform -> checkTransform(fields.get(i), transform);
        default -> {}
      }
    }
    checkNames();
    checkEventTimeColumn();
  }

  private void checkVocabulary(YamlField field) {
    Set<String> names = new HashSet<>();
    for (String column : vocabulary.columns()) {
      if (!names.add(column)) {
        throw field.error("Two system columns have the name '" + column + "'");
      }
    }
  }

  private void checkTransform(YamlField field, SetTransform transform) {
    if (kind == DatasetKind.ROOT) {
      throw field
          .error("SetTransform event is only allowed on derivative datasets")
          .withHint("kind: Derivative");
    }
    if (transform.inputs().isEmpty()) {
      throw field.error("Invalid event: Transform must have at least one input");
    }
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof AddPushSource source && !names.add(source.sourceName())) {
        throw fields
            .get(i)
            .error("Two push sources have the name '" + source.sourceName() + "'")
            .withHint("give the second another sourceName");
      }
    }
  }

  private void checkSource(YamlField field, AddPushSource source) {
    if (kind != DatasetKind.ROOT) {
      throw field
          .error("AddPushSource event is only allowed on root datasets")
          .withHint("kind: Root");
    }
    if (source.sourceName().isBlank()) {
      throw field.require("sourceName").error("A source name cannot be empty");
    }
    YamlField read = field.require("read");
    DataSchema schema = SourceSchema.of(source.read());
    if (schema == null) {
      return;
    }
    YamlField place = schemaPlace(read);
    ColumnChecks.check(place, schema);
    if (source.preprocess() != null) {
      return;
    }
    boolean carriesOperations = carriesOperations(source.merge());
    for (DataField column : schema.fields()) {
      String name = column.name();
      boolean reserved =
          name.equals(vocabulary.offset())
              || name.equals(vocabulary.systemTime())
              || (name.equals(vocabulary.operationType()) && !carriesOperations);
      if (reserved) {
        throw place
            .error(
                "Bad input schema: Data contains a column that conflicts with the system column"
                    + " name '"
                    + name
                    + "', which is reserved")
            .withHint("rename it, or name the system column otherwise with SetVocab");
      }
    }
    checkOperationColumn(place, source.merge(), schema);
    YamlField merge = field.require("merge");
    if (!source.merge().primaryKey().isEmpty()) {
      known(merge.require("primaryKey"), schema, "primaryKey");
    }
    YamlField compareColumns = merge.find("compareColumns");
    if (compareColumns != null) {
      known(compareColumns, schema, "compareColumns");
    }
  }

  static YamlField schemaPlace(YamlField read) {
    YamlField schema = read.find("schema");
    YamlField ddl = read.find("ddlSchema");
    return schema != null ? schema : ddl != null ? ddl : read;
  }

  private static boolean carriesOperations(MergeStrategy merge) {
    return merge instanceof MergeStrategy.ChangelogStream
        || merge instanceof MergeStrategy.UpsertStream;
  }

  private void checkOperationColumn(YamlField place, MergeStrategy merge, DataSchema schema) {
    int at = schema.indexOf(vocabulary.operationType());
    if (at >= 0) {
      DataType type = schema.fields().get(at).type().required();
      if (type != Scalar.INT32 && type != Scalar.INT64 && !isSmallInteger(type)) {
        throw place.error(
            "Column '"
                + vocabulary.operationType()
                + "' holds operation types 0 to 3, but is of type "
                + TypeText.of(type));
      }
    } else if (merge instanceof MergeStrategy.ChangelogStream) {
      throw place
          .error(
              "ChangelogStream needs the column '"
                  + vocabulary.operationType()
                  + "' with the operation types")
          .withHint("{name: " + vocabulary.operationType() + ", type: Int32}");
    }
  }

  private static boolean isSmallInteger(DataType type) {
    return type == Scalar.INT8
        || type == Scalar.INT16
        || type == Scalar.UINT8
        || type == Scalar.UINT16
        || type == Scalar.UINT32;
  }

  private static void known(YamlField list, DataSchema schema, String what) {
    List<String> names = new ArrayList<>();
    for (DataField column : schema.fields()) {
      names.add(column.name());
    }
    for (YamlField item : list.items()) {
      if (!names.contains(item.text())) {
        throw item.error(
                "Column '"
                    + YamlNode.shown(item.text())
                    + "' of "
                    + what
                    + " is not in the schema, which has "
                    + String.join(", ", names))
            .withHint(Suggestion.hint(item.text(), names));
      }
    }
  }

  private void checkSchema(YamlField field, SetDataSchema event) {
    DataSchema schema = event.schema();
    if (schema == null) {
      return;
    }
    YamlField place = field.require("schema");
    ColumnChecks.check(place, schema);
    List<String> columns = vocabulary.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (schema.fields().size() <= i || !schema.fields().get(i).name().equals(columns.get(i))) {
        throw place
            .error("SetDataSchema has to begin with " + String.join(", ", columns))
            .withHint("a dataset's schema holds the system columns first, in this order");
      }
      systemType(place, schema.fields().get(i), i);
    }
  }

  private static void systemType(YamlField place, DataField column, int position) {
    boolean fits =
        switch (position) {
          case 0 -> column.type() == Scalar.INT64;
          case 1 -> column.type() == Scalar.INT32;
          case 2 -> column.type().equals(DataType.Timestamp.MILLIS_UTC);
          default ->
              column.type().equals(DataType.Timestamp.MILLIS_UTC) || column.type() == Scalar.DATE;
        };
    if (!fits) {
      throw place
          .error("System column '" + column.name() + "' cannot be " + TypeText.of(column.type()))
          .withHint("offset Int64, op Int32, system time and event time Timestamp or Date");
    }
  }

  /// The event time column is named by the vocabulary, so its error stands at the vocabulary where
  /// no source has it, and at the source where it has another type.
  private void checkEventTimeColumn() {
    String column = vocabulary.eventTime();
    boolean anyKnown = false;
    boolean anyUnknown = false;
    boolean found = false;
    for (int i = 0; i < events.size(); i++) {
      if (!(events.get(i) instanceof AddPushSource source)) {
        continue;
      }
      DataSchema schema = source.preprocess() == null ? SourceSchema.of(source.read()) : null;
      if (schema == null) {
        anyUnknown = true;
        continue;
      }
      anyKnown = true;
      int at = schema.indexOf(column);
      if (at >= 0) {
        found = true;
        DataType type = schema.fields().get(at).type().required();
        if (type != Scalar.DATE && !(type instanceof DataType.Timestamp)) {
          throw schemaPlace(fields.get(i).require("read"))
              .error(
                  "Bad input schema: Event time column '"
                      + column
                      + "' should be either Date or Timestamp, but found: "
                      + TypeText.of(type));
        }
      }
    }
    if (anyKnown && !anyUnknown && !found) {
      checkEventTimeIsNamed(column);
    }
  }

  private void checkEventTimeIsNamed(String column) {
    for (int i = 0; i < events.size(); i++) {
      YamlField named =
          events.get(i) instanceof SetVocab ? fields.get(i).find("eventTimeColumn") : null;
      if (named != null && named.text().equals(column)) {
        throw named
            .error("Event time column '" + column + "' is not in the schema of any push source")
            .withHint("name a column of type Timestamp or Date");
      }
    }
  }

  /// All sources end in one schema, so what they declare has to be the same columns in the same
  /// order, whether or not values may be absent.
  private void checkSourcesAgree() {
    String firstName = "SetDataSchema";
    @Nullable List<DataField> first = null;
    for (MetadataEvent event : events) {
      if (event instanceof SetDataSchema set && set.schema() != null) {
        first = dataColumns(vocabulary, set.schema());
      }
    }
    for (int i = 0; i < events.size(); i++) {
      if (!(events.get(i) instanceof AddPushSource source) || source.preprocess() != null) {
        continue;
      }
      DataSchema schema = SourceSchema.of(source.read());
      if (schema == null) {
        continue;
      }
      List<DataField> columns = dataColumns(vocabulary, schema);
      if (first == null) {
        first = columns;
        firstName = "push source '" + source.sourceName() + "'";
        continue;
      }
      String difference = difference(first, columns);
      if (difference != null) {
        throw disagreement(
            schemaPlace(fields.get(i).require("read")), source.sourceName(), firstName, difference);
      }
    }
  }

  static CatchwaterException disagreement(
      YamlField place, String name, String other, String difference) {
    return place
        .error("Push source '" + name + "' and " + other + " differ: " + difference)
        .withHint("all sources of a dataset write the same columns in the same order");
  }

  static List<DataField> dataColumns(Vocabulary vocabulary, DataSchema schema) {
    List<DataField> columns = new ArrayList<>();
    for (DataField field : schema.fields()) {
      if (!vocabulary.isSystemColumn(field.name())) {
        columns.add(DataField.of(field.name(), stored(field.type().required())));
      }
    }
    return columns;
  }

  static DataType stored(DataType type) {
    return type instanceof DataType.Timestamp ? DataType.Timestamp.MILLIS_UTC : type;
  }

  static @Nullable String difference(List<DataField> first, List<DataField> second) {
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      if (i >= first.size()) {
        return "column '" + second.get(i).name() + "' is only in the former";
      }
      if (i >= second.size()) {
        return "column '" + first.get(i).name() + "' is only in the latter";
      }
      DataField a = second.get(i);
      DataField b = first.get(i);
      if (!a.name().equals(b.name())) {
        return "column '" + a.name() + "' stands where the latter has '" + b.name() + "'";
      }
      if (!a.type().equals(b.type())) {
        return "column '"
            + a.name()
            + "' is "
            + TypeText.of(a.type())
            + ", in the latter "
            + TypeText.of(b.type());
      }
    }
    return null;
  }
}
