package dev.catchwater.tables;

import dev.catchwater.ingest.PushIngest;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.Attachment;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which stream, table or version a dataset is. It stands in the dataset's own chain, as the
/// attachment `streamsql.json`, so that it goes along with every copy. Immutable.
public sealed interface Definition {
  /// The name of the attachment.
  String PATH = "streamsql.json";

  /// The column of the JSON of an event or row.
  String PAYLOAD = "payload";

  /// The column of the canonical text of a key.
  String KEY = "key";

  /// The column that says whether a row is there or goes.
  String OPERATION = "op";

  /// The name as its owner gave it.
  String name();

  /// The same in a dataset that may have been renamed since: its name is that of the dataset, as it
  /// was given where that is still the same; null where the dataset's name is none of a stream, of
  /// a table, or of a version.
  @Nullable Definition in(DatasetName dataset);

  /// The push source of its dataset.
  AddPushSource source();

  /// What the attachment says.
  Tree.Fields tree();

  /// A stream.
  ///
  /// @param schema its columns as a manifest has them, null where events are schema-less
  record Stream(String name, @Nullable List<String> schema) implements Definition {
    private static final String KIND = "Stream";

    public Stream {
      schema = schema == null ? null : List.copyOf(schema);
    }

    @Override
    public @Nullable Definition in(DatasetName dataset) {
      String now = nameIn(dataset, name);
      return now == null ? null : now.equals(name) ? this : new Stream(now, schema);
    }

    @Override
    public AddPushSource source() {
      List<String> columns = schema == null ? List.of(PAYLOAD + " STRING") : schema;
      return pushSource("stream", columns, new MergeStrategy.Append());
    }

    @Override
    public Tree.Fields tree() {
      return Tree.Fields.ofKind(KIND).put("name", name).put("schema", schema);
    }
  }

  /// A table whose rows change.
  ///
  /// @param primaryKey the fields of the key, one at least
  record DynamicTable(String name, List<String> primaryKey) implements Definition {
    private static final String KIND = "Table";

    public DynamicTable {
      primaryKey = List.copyOf(primaryKey);
    }

    @Override
    public @Nullable Definition in(DatasetName dataset) {
      String now = nameIn(dataset, name);
      return now == null ? null : now.equals(name) ? this : new DynamicTable(now, primaryKey);
    }

    @Override
    public AddPushSource source() {
      return pushSource(
          "table",
          List.of(OPERATION + " INT", KEY + " STRING", PAYLOAD + " STRING"),
          new MergeStrategy.UpsertStream(List.of(KEY)));
    }

    @Override
    public Tree.Fields tree() {
      return Tree.Fields.ofKind(KIND).put("name", name).put("primaryKey", primaryKey);
    }
  }

  /// A version of a table, whose rows do not change.
  ///
  /// @param primaryKey the fields of the key; none where rows are not found by key
  /// @param rows how many it has
  /// @param contentHash of its rows, whatever their order
  record TableVersion(
      String name, List<String> primaryKey, int version, long rows, String contentHash)
      implements Definition {
    private static final String KIND = "TableVersion";

    public TableVersion {
      primaryKey = List.copyOf(primaryKey);
    }

    @Override
    public @Nullable Definition in(DatasetName dataset) {
      GivenName given = GivenName.find(name);
      if (given != null && given.version(version).equals(dataset)) {
        return this;
      }
      int number = GivenName.versionOf(dataset);
      String now = dataset.toString().substring(0, dataset.toString().lastIndexOf('.') + 1);
      return number < 1
          ? null
          : new TableVersion(
              now.substring(0, now.length() - 1), primaryKey, number, rows, contentHash);
    }

    // A state of the whole, so that a key which is there twice is refused.
    @Override
    public AddPushSource source() {
      if (primaryKey.isEmpty()) {
        return pushSource(
            PushIngest.IMMUTABLE_SOURCE, List.of(PAYLOAD + " STRING"), new MergeStrategy.Append());
      }
      return pushSource(
          PushIngest.IMMUTABLE_SOURCE,
          List.of(KEY + " STRING", PAYLOAD + " STRING"),
          new MergeStrategy.Snapshot(List.of(KEY), null));
    }

    @Override
    public Tree.Fields tree() {
      return Tree.Fields.ofKind(KIND)
          .put("name", name)
          .put("primaryKey", primaryKey)
          .put("version", (long) version)
          .put("rows", rows)
          .put("contentHash", contentHash);
    }
  }

  private static @Nullable String nameIn(DatasetName dataset, String name) {
    GivenName given = GivenName.find(name);
    if (given != null && given.dataset().equals(dataset)) {
      return name;
    }
    return GivenName.isOfVersion(dataset) ? null : dataset.toString();
  }

  private static AddPushSource pushSource(String name, List<String> columns, MergeStrategy merge) {
    return new AddPushSource(
        name, new ReadStep.NdJson(columns, null, null, null, null), null, merge);
  }

  /// The events that its dataset begins with.
  default List<MetadataEvent> events() {
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, tree());
    return List.of(source(), new SetAttachments(List.of(new Attachment(PATH, json.toString()))));
  }

  /// What a chain says that its dataset is; null where it is none of ours.
  static @Nullable Definition of(ChainState state) {
    SetAttachments attachments = state.attachments();
    if (attachments == null) {
      return null;
    }
    for (Attachment attachment : attachments.items()) {
      if (attachment.path().equals(PATH)
          && JsonTree.read(attachment.content()) instanceof Tree.Fields fields) {
        Definition found = of(fields.fields());
        // Whoever changed the source by hand has a dataset of his own making.
        AddPushSource source = found == null ? null : found.source();
        return source != null && source.equals(state.pushSources().get(source.sourceName()))
            ? found
            : null;
      }
    }
    return null;
  }

  private static @Nullable Definition of(Map<String, Tree> fields) {
    String kind = text(fields.get("kind"));
    String name = text(fields.get("name"));
    List<String> key = texts(fields.get("primaryKey"));
    if (kind == null || name == null) {
      return null;
    }
    if (kind.equals(Stream.KIND)) {
      return new Stream(name, texts(fields.get("schema")));
    }
    if (kind.equals(DynamicTable.KIND) && key != null && !key.isEmpty()) {
      return new DynamicTable(name, key);
    }
    String hash = text(fields.get("contentHash"));
    long version = number(fields.get("version"));
    long rows = number(fields.get("rows"));
    if (!kind.equals(TableVersion.KIND) || key == null || hash == null) {
      return null;
    }
    return version < 1 || version > Integer.MAX_VALUE || rows < 0
        ? null
        : new TableVersion(name, key, (int) version, rows, hash);
  }

  private static @Nullable String text(@Nullable Tree tree) {
    return tree instanceof Tree.Text text ? text.value() : null;
  }

  private static @Nullable List<String> texts(@Nullable Tree tree) {
    if (!(tree instanceof Tree.Items items)) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Tree item : items.items()) {
      String text = text(item);
      if (text == null) {
        return null;
      }
      texts.add(text);
    }
    return texts;
  }

  private static long number(@Nullable Tree tree) {
    try {
      return tree instanceof Tree.Literal literal ? Long.parseLong(literal.spelling()) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
