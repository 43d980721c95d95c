package dev.catchwater.tables;

import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.retention.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Streams of events (streamsql-api §2): named, schema-less or with columns, kept for ever or as a
/// retention says. Thread-safe.
public final class Streams {
  private final Catalog catalog;
  private final ReentrantLock making;
  private final Path scratch;

  /// @param making held while something is made
  /// @param scratch for files of bodies
  Streams(Catalog catalog, ReentrantLock making, Path scratch) {
    this.catalog = catalog;
    this.making = making;
    this.scratch = scratch;
  }

  /// A stream as it stands.
  ///
  /// @param schema null where its events are schema-less
  /// @param retention null where its events are kept for ever
  /// @param rows how many events it has got
  public record Stream(
      String name,
      Dataset dataset,
      @Nullable List<String> schema,
      @Nullable Retention retention,
      long rows) {}

  /// What came of making something.
  ///
  /// @param isNew whether it was not there before
  public record Made<T>(T value, boolean isNew) {}

  /// Makes a stream, or finds it where it is there and the same.
  ///
  /// @param schema columns as a manifest has them, null for schema-less events
  /// @param retention null to keep events for ever
  /// @throws CatchwaterException `STREAM_EXISTS`, `BAD_NAME`, `BAD_MANIFEST` of the schema
  public Made<Stream> create(
      String name, @Nullable List<String> schema, @Nullable Retention retention) {
    GivenName given = GivenName.parse(name);
    Definition.Stream wanted = new Definition.Stream(name, schema);
    RowReaders.check(wanted.source().read());
    making.lock();
    try {
      Catalog.Entry there = catalog.find(given.dataset());
      if (there == null && !catalog.isTaken(given.dataset())) {
        return new Made<>(shown(catalog.create(given.dataset(), wanted, retention)), true);
      }
      if (there != null
          && there.definition() instanceof Definition.Stream known
          && given.isSame(known.name())
          && wanted.source().equals(known.source())
          && Objects.equals(retention, retentionOf(there))) {
        return new Made<>(shown(there), false);
      }
      throw CatchwaterException.of(ErrorCode.STREAM_EXISTS, taken(given, there))
          .withHint("choose another name");
    } finally {
      making.unlock();
    }
  }

  /// Why a name is not free.
  static String taken(GivenName name, Catalog.@Nullable Entry there) {
    if (there == null) {
      return "A dataset has the name '" + name.dataset() + "' already";
    }
    String other = there.definition().name();
    String what =
        there.definition() instanceof Definition.Stream ? "A stream named '" : "A table named '";
    return name.isSame(other)
        ? what + other + "' is there already, and is defined otherwise"
        : what + other + "' is stored as '" + name.dataset() + "' already";
  }

  /// Says how long the events of a stream are kept from now on; those that are gone stay so. It is
  /// looked at when a slice of the stream is written, at most once a minute.
  ///
  /// @param retention null to keep them for ever
  /// @throws CatchwaterException `STREAM_NOT_FOUND`
  public Stream keep(String name, @Nullable Retention retention) {
    making.lock();
    try {
      Stream stream = require(name);
      if (!Objects.equals(stream.retention(), retention)) {
        catalog.keep(stream.dataset(), retention);
      }
      return require(name);
    } finally {
      making.unlock();
    }
  }

  private @Nullable Retention retentionOf(Catalog.Entry entry) {
    return Retention.of(catalog.live().dataset(entry.dataset()).state());
  }

  /// All streams by name.
  public List<Stream> list() {
    List<Stream> streams = new ArrayList<>();
    for (Catalog.Entry entry : catalog.entries()) {
      if (entry.definition() instanceof Definition.Stream) {
        streams.add(shown(entry));
      }
    }
    return streams;
  }

  /// The stream of a name.
  ///
  /// @throws CatchwaterException `STREAM_NOT_FOUND`
  public Stream require(String name) {
    GivenName given = GivenName.find(name);
    Catalog.Entry entry = given == null ? null : catalog.find(given.dataset());
    if (given == null
        || entry == null
        || !(entry.definition() instanceof Definition.Stream stream)
        || !given.isSame(stream.name())) {
      throw CatchwaterException.of(ErrorCode.STREAM_NOT_FOUND, "Stream not found: " + name);
    }
    return shown(entry);
  }

  private Stream shown(Catalog.Entry entry) {
    Definition definition = entry.definition();
    List<String> schema = definition instanceof Definition.Stream stream ? stream.schema() : null;
    return new Stream(
        definition.name(), entry.dataset(), schema, retentionOf(entry), catalog.rows(entry));
  }

  /// The events of a body, as lines that a schema-less stream takes.
  ///
  /// @param keepsBadLines whether lines that are no JSON are left to the reader of the stream
  /// @throws CatchwaterException `BAD_DATA` with its place
  public RowLines events(PushInput body, EventFormat format, boolean keepsBadLines)
      throws IOException {
    return Rows.read(
        new RowLines(scratch, false, false),
        lines -> new Payloads(body, Rows.unkeyed(lines), keepsBadLines).read(format));
  }
}
