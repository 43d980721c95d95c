package dev.catchwater.odf.manifest;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.TypeText;
import dev.catchwater.odf.source.SourceSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Push sources for a dataset that is there: the documents of a file, checked against the dataset
/// as strictly as those of a manifest (see [Manifests]).
///
/// A document is an `AddPushSource` event, or a `SetDataSchema` in front of the sources that need
/// it, bare or as the content of a manifest of kind `MetadataEvent`.
///
/// Not for hot paths: it loads a YAML parser.
///
/// @param events in the order in which they are to be appended
/// @param addedColumns the names of the columns that the events add to the dataset
public record SourceEvents(List<MetadataEvent> events, List<String> addedColumns) {
  private static final String WRAPPER = "MetadataEvent";

  public SourceEvents {
    events = List.copyOf(events);
    addedColumns = List.copyOf(addedColumns);
  }

  /// Reads a file.
  ///
  /// @param fileName the name for messages
  /// @param chain what the dataset is now
  /// @param addsColumns whether columns that the dataset has not are added to it; they must be
  ///   optional, because the rows that are there have no values in them
  /// @throws CatchwaterException `BAD_MANIFEST` with file, line and column
  public static SourceEvents read(
      String fileName, byte[] utf8, ChainState chain, boolean addsColumns) {
    List<YamlNode> documents = YamlText.documents(fileName, utf8);
    if (documents.isEmpty()) {
      throw CatchwaterException.at(
              ErrorCode.BAD_MANIFEST, Place.of(fileName), "No push source found in " + fileName)
          .withHint("a push source begins with kind: AddPushSource");
    }
    List<YamlField> fields = new ArrayList<>();
    List<MetadataEvent> events = new ArrayList<>();
    for (YamlNode document : documents) {
      YamlField field = content(new YamlField(fileName, "", document));
      fields.add(field);
      events.add(EventBinder.event(field));
    }
    new SnapshotChecks(chain.seed().datasetKind(), fields, events, chain.vocabulary()).checkEach();
    return new Fit(chain, addsColumns).read(fields, events);
  }

  private static YamlField content(YamlField document) {
    YamlField kind = document.require("kind");
    YamlField event = document;
    if (kind.text().equals(WRAPPER)) {
      document.only("kind", "version", "content");
      YamlField version = document.require("version");
      if (!version.text().equals("1")) {
        throw version
            .error(ErrorCode.UNSUPPORTED, "Manifest has version " + version.node().what())
            .withHint("this program knows version 1");
      }
      event = document.require("content");
    } else if (kind.text().equals("DatasetSnapshot")) {
      throw kind.error("This is the manifest of a whole dataset, not of a push source")
          .withHint("put its AddPushSource into a file of its own; a new dataset is made by add");
    }
    String named = event.require("kind").variant(List.of("AddPushSource", "SetDataSchema"));
    if (named.isEmpty()) {
      throw new IllegalStateException("a variant has a name");
    }
    return event;
  }

  /// How sources fit a dataset, one after the other.
  private static final class Fit {
    private final ChainState chain;
    private final boolean addsColumns;
    private final List<MetadataEvent> events = new ArrayList<>();
    private final List<String> addedColumns = new ArrayList<>();
    private @Nullable DataSchema schema;

    Fit(ChainState chain, boolean addsColumns) {
      this.chain = chain;
      this.addsColumns = addsColumns;
      this.schema = chain.schema();
    }

    SourceEvents read(List<YamlField> fields, List<MetadataEvent> read) {
      for (int i = 0; i < read.size(); i++) {
        if (read.get(i) instanceof SetDataSchema set) {
          noteAdded(set.schema());
          schema = set.schema();
        } else if (read.get(i) instanceof AddPushSource source) {
          check(fields.get(i), source, read.subList(0, i));
        }
        events.add(read.get(i));
      }
      return new SourceEvents(events, addedColumns);
    }

    private void noteAdded(@Nullable DataSchema next) {
      if (schema != null && next != null) {
        for (DataField field : next.fields()) {
          if (schema.indexOf(field.name()) < 0) {
            addedColumns.add(field.name());
          }
        }
      }
    }

    private void check(YamlField field, AddPushSource source, List<MetadataEvent> before) {
      DataSchema columns = source.preprocess() == null ? SourceSchema.of(source.read()) : null;
      if (columns == null) {
        return; // what the rows look like is known when there are some
      }
      YamlField place = SnapshotChecks.schemaPlace(field.require("read"));
      if (schema == null) {
        checkOthers(place, source, columns, before);
      } else {
        checkColumns(place, source, columns, schema);
      }
    }

    /// Before the first push the sources agree among each other.
    private void checkOthers(
        YamlField place, AddPushSource source, DataSchema columns, List<MetadataEvent> before) {
      List<AddPushSource> others = new ArrayList<>();
      for (Map.Entry<String, AddPushSource> other : chain.pushSources().entrySet()) {
        others.add(other.getValue());
      }
      for (MetadataEvent event : before) {
        if (event instanceof AddPushSource other) {
          others.removeIf(known -> known.sourceName().equals(other.sourceName()));
          others.add(other);
        }
      }
      for (AddPushSource other : others) {
        DataSchema otherColumns = other.preprocess() == null ? SourceSchema.of(other.read()) : null;
        if (other.sourceName().equals(source.sourceName()) || otherColumns == null) {
          continue;
        }
        String difference =
            SnapshotChecks.difference(
                SnapshotChecks.dataColumns(chain.vocabulary(), otherColumns),
                SnapshotChecks.dataColumns(chain.vocabulary(), columns));
        if (difference != null) {
          throw SnapshotChecks.disagreement(
              place, source.sourceName(), "push source '" + other.sourceName() + "'", difference);
        }
      }
    }

    private void checkColumns(
        YamlField place, AddPushSource source, DataSchema columns, DataSchema dataset) {
      List<DataField> grown = new ArrayList<>(dataset.fields());
      for (DataField column : columns.fields()) {
        int at = dataset.indexOf(column.name());
        if (at >= 0) {
          requireSameType(place, source, column, dataset.fields().get(at));
        } else if (!chain.vocabulary().isSystemColumn(column.name())) {
          grown.add(added(place, source, column));
        }
      }
      for (DataField known : dataset.fields()) {
        boolean isMissing =
            columns.indexOf(known.name()) < 0
                && !known.type().isOptional()
                && !chain.vocabulary().isSystemColumn(known.name());
        if (isMissing) {
          throw place
              .error(
                  "Push source '"
                      + source.sourceName()
                      + "' has no column '"
                      + known.name()
                      + "', which every row of the dataset must have")
              .withHint("declare it, with type " + TypeText.of(known.type()));
        }
      }
      if (grown.size() > dataset.fields().size()) {
        schema = new DataSchema(grown, dataset.extra());
        events.add(new SetDataSchema(null, schema));
      }
    }

    private void requireSameType(
        YamlField place, AddPushSource source, DataField column, DataField known) {
      boolean isSystem =
          chain.vocabulary().isSystemColumn(column.name())
              && !column.name().equals(chain.vocabulary().eventTime());
      if (!isSystem
          && !SnapshotChecks.stored(column.type().required())
              .equals(SnapshotChecks.stored(known.type().required()))) {
        throw SnapshotChecks.disagreement(
            place,
            source.sourceName(),
            "the dataset",
            "column '"
                + column.name()
                + "' is "
                + TypeText.of(column.type().required())
                + ", in the latter "
                + TypeText.of(known.type().required()));
      }
    }

    private DataField added(YamlField place, AddPushSource source, DataField column) {
      if (!addsColumns) {
        throw place
            .error(
                "Push source '"
                    + source.sourceName()
                    + "' has the column '"
                    + column.name()
                    + "', which the dataset has not")
            .withHint("--add-columns adds it to the dataset, where it is optional");
      }
      if (!column.type().isOptional()) {
        throw place
            .error("Column '" + column.name() + "' is required, only optional ones can be added")
            .withHint("the rows that are there have no value in it: make it optional");
      }
      addedColumns.add(column.name());
      return new DataField(
          column.name(),
          SnapshotChecks.stored(column.type().required()).optional(),
          column.extra());
    }
  }
}
