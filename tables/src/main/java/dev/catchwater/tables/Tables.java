package dev.catchwater.tables;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.index.StatePosition;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tables with a key (streamsql-api §3): dynamic ones, whose rows change, and versions, whose rows
/// do not. Rows are schema-less. A dynamic table is a dataset, and each version is one.
///
/// Thread-safe. What is made is made one after the other; inserts are pushes of the caller's, of
/// lines that he gets here.
public final class Tables {
  private final Catalog catalog;
  private final TableLookup lookup;
  private final ReentrantLock making;
  private final Path scratch;

  /// @param making held while something is made
  /// @param scratch for files of bodies
  Tables(Catalog catalog, ReentrantLock making, Path scratch) {
    this.catalog = catalog;
    lookup = new TableLookup(catalog);
    this.making = making;
    this.scratch = scratch;
  }

  /// A table as it stands.
  ///
  /// @param name as its owner gave it
  /// @param dynamic the dataset of its changing rows, null where it has none
  /// @param versions by number
  public record Table(
      String name, List<String> primaryKey, @Nullable Dataset dynamic, List<Version> versions) {
    /// The newest version, null where there is none.
    public @Nullable Version newest() {
      return versions.isEmpty() ? null : versions.getLast();
    }
  }

  /// A version of a table.
  public record Version(int version, Dataset dataset, long rows, String contentHash) {}

  /// A version and the table it is of.
  public record MadeVersion(Table table, int version) {}

  /// Some rows.
  ///
  /// @param rows each a JSON object in UTF-8
  /// @param next what gives the rows behind them, null at the end
  public record Page(List<byte[]> rows, @Nullable String next) {}

  /// Makes a table whose rows change, or finds it where it is there and the same.
  ///
  /// @throws CatchwaterException `TABLE_EXISTS`, `BAD_NAME`, `BAD_ARGUMENT` of the key
  public Streams.Made<Table> createDynamic(String name, List<String> primaryKey) {
    GivenName given = GivenName.parse(name);
    requireKey(primaryKey);
    if (primaryKey.isEmpty()) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "A table has a primary key, or it would find no row");
    }
    Definition.DynamicTable wanted = new Definition.DynamicTable(name, primaryKey);
    making.lock();
    try {
      Catalog.Entry there = catalog.find(given.dataset());
      if (there != null
          && there.definition() instanceof Definition.DynamicTable known
          && given.isSame(known.name())
          && known.primaryKey().equals(primaryKey)) {
        return new Streams.Made<>(require(name), false);
      }
      if (there != null || catalog.isTaken(given.dataset())) {
        throw exists(Streams.taken(given, there));
      }
      if (!lookup.versions(given).isEmpty()) {
        throw exists("A table named '" + name + "' is there already, and does not change");
      }
      Catalog.Entry _ = catalog.create(given.dataset(), wanted);
      return new Streams.Made<>(require(name), true);
    } finally {
      making.unlock();
    }
  }

  private static CatchwaterException exists(String why) {
    return CatchwaterException.of(ErrorCode.TABLE_EXISTS, why).withHint("choose another name");
  }

  private static void requireKey(List<String> primaryKey) {
    boolean isGood = primaryKey.stream().distinct().count() == primaryKey.size();
    for (String field : primaryKey) {
      isGood &= !field.isEmpty();
    }
    if (!isGood) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "The primary key is the name of a field, or several different");
    }
  }

  /// Makes a version of a table from a body, or finds it where it is there with the same rows.
  ///
  /// @param primaryKey none where rows are not to be found by key
  /// @param version null for the newest where it has the same rows, else the next
  /// @throws CatchwaterException `TABLE_EXISTS` where the version has other rows or is of a dynamic
  ///   table, `BAD_DATA` with its place, `BAD_NAME`, `BAD_ARGUMENT`
  public Streams.Made<MadeVersion> createVersion(
      String name,
      List<String> primaryKey,
      @Nullable Integer version,
      PushInput body,
      EventFormat format)
      throws IOException {
    GivenName given = GivenName.parse(name);
    requireKey(primaryKey);
    if (format == EventFormat.BYTES) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Bytes are no rows of a table");
    }
    try (RowLines lines =
        Rows.read(
            new RowLines(scratch, false, true),
            to -> new Payloads(body, Rows.objects(to, primaryKey), false).read(format))) {
      making.lock();
      try {
        Catalog.Entry there = catalog.find(given.dataset());
        if (there != null && there.definition() instanceof Definition.DynamicTable) {
          throw CatchwaterException.of(
                  ErrorCode.TABLE_EXISTS, "A table named '" + name + "' is there, and it changes")
              .withHint("insert the rows and freeze it, or choose another name");
        }
        return version(given, primaryKey, version, lines);
      } finally {
        making.unlock();
      }
    }
  }

  /// Makes a version of the rows that a dynamic table has in one moment; rows are pushed into it
  /// meanwhile.
  ///
  /// @param version null for the newest where it has the same rows, else the next
  /// @throws CatchwaterException `TABLE_NOT_FOUND`, `TABLE_IMMUTABLE`, `TABLE_EXISTS`
  public Streams.Made<MadeVersion> freeze(String name, @Nullable Integer version)
      throws IOException {
    making.lock();
    try {
      Catalog.Entry entry = lookup.dynamic(name);
      List<String> key = ((Definition.DynamicTable) entry.definition()).primaryKey();
      try (RowLines lines =
          Rows.read(new RowLines(scratch, false, true), to -> newest(entry, to).copy())) {
        return version(GivenName.parse(entry.definition().name()), key, version, lines);
      }
    } finally {
      making.unlock();
    }
  }

  private NewestRows newest(Catalog.Entry entry, RowLines to) {
    HotRows now = live().dataset(entry.dataset()).hotRows();
    return new NewestRows(entry.dataset(), now, to);
  }

  private static Column.Bytes texts(RecordBatch batch, String column) {
    return (Column.Bytes) batch.column(batch.schema().indexOf(column));
  }

  /// Needs the lock.
  private Streams.Made<MadeVersion> version(
      GivenName name, List<String> primaryKey, @Nullable Integer asked, RowLines lines)
      throws IOException {
    String hash = lines.contentHash().toString();
    List<Catalog.Entry> versions = lookup.versions(name);
    Definition.TableVersion newest =
        versions.isEmpty() ? null : (Definition.TableVersion) versions.getLast().definition();
    int wanted = asked != null ? asked : newest == null ? 0 : newest.version();
    for (Catalog.Entry entry : versions) {
      Definition.TableVersion known = (Definition.TableVersion) entry.definition();
      boolean isSame = known.contentHash().equals(hash) && known.primaryKey().equals(primaryKey);
      boolean isAsked = known.version() == wanted;
      if (isAsked && isSame) {
        return new Streams.Made<>(made(name, known.version()), false);
      }
      if (isAsked && asked != null) {
        throw CatchwaterException.of(
                ErrorCode.TABLE_EXISTS,
                "Version " + asked + " of table '" + name + "' is there already with other rows")
            .withHint("a version does not change: leave it out, or give the next number");
      }
    }
    int version = asked != null ? asked : wanted + 1;
    Definition.TableVersion made =
        new Definition.TableVersion(name.shown(), primaryKey, version, lines.count(), hash);
    store(name, made, lines);
    return new Streams.Made<>(made(name, version), true);
  }

  private MadeVersion made(GivenName name, int version) {
    return new MadeVersion(require(name.shown()), version);
  }

  // A dataset without its rows is what a crash left: nobody was told of it.
  private void store(GivenName name, Definition.TableVersion wanted, RowLines lines)
      throws IOException {
    Catalog.Entry left = catalog.find(name.version(wanted.version()));
    if (left != null
        && left.definition() instanceof Definition.TableVersion half
        && name.isSame(half.name())
        && !catalog.isWhole(left)) {
      catalog.delete(left);
    } else if (left != null || catalog.isTaken(name.version(wanted.version()))) {
      throw exists(
          Streams.taken(name, left)
              .replace("'" + name.dataset() + "'", "'" + name.version(wanted.version()) + "'"));
    }
    Catalog.Entry entry = catalog.create(name.version(wanted.version()), wanted);
    boolean isDone = false;
    try {
      if (lines.count() > 0) {
        PushRequest request = PushRequest.of(entry.dataset(), List.of(lines.input(null)));
        PushIdentity identity = PushIdentity.of(Multihash.parse(wanted.contentHash()));
        live().dataset(entry.dataset()).push(request, identity, true);
      }
      isDone = true;
      catalog.forget();
    } catch (CatchwaterException e) {
      isDone = e.code() == ErrorCode.COMMIT_UNKNOWN;
      throw e;
    } finally {
      if (!isDone) {
        catalog.delete(entry);
      }
    }
  }

  /// All tables by name.
  public List<Table> list() {
    Map<String, List<Catalog.Entry>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Catalog.Entry entry : catalog.entries()) {
      if (!(entry.definition() instanceof Definition.Stream)) {
        byName.computeIfAbsent(entry.definition().name(), _ -> new ArrayList<>()).add(entry);
      }
    }
    List<Table> tables = new ArrayList<>();
    for (List<Catalog.Entry> ofOne : byName.values()) {
      Catalog.Entry dynamic = null;
      List<Catalog.Entry> versions = new ArrayList<>();
      for (Catalog.Entry entry : ofOne) {
        if (entry.definition() instanceof Definition.DynamicTable) {
          dynamic = entry;
        } else if (catalog.isWhole(entry)) {
          versions.add(entry);
        }
      }
      versions.sort(Comparator.comparingInt(Catalog::number));
      Table table = shown(dynamic, versions);
      if (table != null) {
        tables.add(table);
      }
    }
    return tables;
  }

  /// The table of a name.
  ///
  /// @throws CatchwaterException `TABLE_NOT_FOUND`
  public Table require(String name) {
    Table found = find(name);
    if (found == null) {
      throw TableLookup.notFound(name);
    }
    return found;
  }

  private @Nullable Table find(String name) {
    GivenName given = GivenName.find(name);
    if (given == null) {
      return null;
    }
    return shown(lookup.findDynamic(given), lookup.versions(given));
  }

  private static @Nullable Table shown(
      Catalog.@Nullable Entry dynamic, List<Catalog.Entry> entries) {
    List<Version> versions = new ArrayList<>();
    Definition definition = dynamic == null ? null : dynamic.definition();
    for (Catalog.Entry entry : entries) {
      Definition.TableVersion version = (Definition.TableVersion) entry.definition();
      versions.add(
          new Version(version.version(), entry.dataset(), version.rows(), version.contentHash()));
      definition = dynamic == null ? version : definition;
    }
    return definition == null
        ? null
        : new Table(
            definition.name(),
            TableLookup.primaryKey(definition),
            dynamic == null ? null : dynamic.dataset(),
            versions);
  }

  /// The dataset that changes of a table are pushed into.
  ///
  /// @throws CatchwaterException `TABLE_NOT_FOUND`, `TABLE_IMMUTABLE`
  public Dataset changing(String name) {
    return lookup.dynamic(name).dataset();
  }

  /// The rows of a body, as lines that the dataset of a table takes.
  ///
  /// @throws CatchwaterException `BAD_DATA` with its place; as [#changing]
  public RowLines rows(String name, PushInput body, EventFormat format) throws IOException {
    List<String> key = TableLookup.primaryKey(lookup.dynamic(name).definition());
    return Rows.read(
        new RowLines(scratch, true, false),
        lines -> new Payloads(body, Rows.objects(lines, key), false).read(format));
  }

  /// The line that takes the row of a key away.
  ///
  /// @throws CatchwaterException as [#changing]
  public RowLines deletion(String name, AskedKey key) throws IOException {
    byte[] text = key.of(TableLookup.primaryKey(lookup.dynamic(name).definition()));
    return Rows.read(new RowLines(scratch, true, false), lines -> lines.delete(text));
  }

  /// A key as an address has it.
  @FunctionalInterface
  public interface AskedKey {
    /// Its canonical text.
    ///
    /// @param fields of the key
    /// @throws CatchwaterException `BAD_ARGUMENT`
    byte[] of(List<String> fields);
  }

  /// The row of a key, a JSON object in UTF-8.
  ///
  /// @param version null for the changing rows, or else the newest version
  /// @throws CatchwaterException `KEY_NOT_FOUND`, `TABLE_NOT_FOUND`, `NOT_VERSIONED`
  public byte[] row(String name, @Nullable Integer version, AskedKey key) {
    Catalog.Entry entry = lookup.readable(name, version);
    byte[] text = key.of(TableLookup.keyOf(entry));
    RecordBatch row = live().dataset(entry.dataset()).keyedRows().find(text);
    if (row == null) {
      throw CatchwaterException.of(
          ErrorCode.KEY_NOT_FOUND, "Table '" + name + "' has no row of this key");
    }
    return payload(row, 0);
  }

  /// Rows behind those of another page, in an order of no meaning.
  ///
  /// @param after what that page gave as its next, null for the first page
  /// @param version as in [#row]
  /// @throws CatchwaterException `TABLE_NOT_FOUND`, `NOT_VERSIONED`, `SCAN_LOST`, `BAD_ARGUMENT`
  public Page page(
      String name, @Nullable Integer version, @Nullable String after, long rowsMax, long bytesMax) {
    Catalog.Entry entry = lookup.readable(name, version);
    List<String> _ = TableLookup.keyOf(entry);
    List<byte[]> rows = new ArrayList<>();
    Consumer<RecordBatch> taker =
        batch -> {
          for (int row = 0; row < batch.rowCount(); row++) {
            rows.add(payload(batch, row));
          }
        };
    StatePosition next =
        live()
            .dataset(entry.dataset())
            .keyedRows()
            .walk(after == null ? null : StatePosition.parse(after), rowsMax, bytesMax, taker);
    return new Page(rows, next == null ? null : next.toString());
  }

  private static byte[] payload(RecordBatch batch, int row) {
    Column.Bytes texts = texts(batch, Definition.PAYLOAD);
    return Arrays.copyOfRange(texts.data(), texts.offsets()[row], texts.offsets()[row + 1]);
  }

  private LiveWorkspace live() {
    return catalog.live();
  }
}
