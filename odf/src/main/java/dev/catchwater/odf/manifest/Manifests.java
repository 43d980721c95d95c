package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.DatasetName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Manifests from YAML or JSON text (odf-format §14), strictly: an unknown key, a wrong type, a
/// missing field or a value that cannot work is refused with file, line, column and field path.
///
/// Stateless and thread-safe. Not for hot paths: it loads a YAML parser.
public final class Manifests {
  private static final String SNAPSHOT = "DatasetSnapshot";

  private Manifests() {}

  /// All documents of a file, each a `DatasetSnapshot`; one bad document refuses all.
  ///
  /// @param fileName the name for messages
  /// @param utf8 the text, a byte order mark is skipped
  public static List<DatasetSnapshot> readSnapshots(String fileName, byte[] utf8) {
    List<YamlNode> documents = YamlText.documents(fileName, utf8);
    if (documents.isEmpty()) {
      throw CatchwaterException.at(
              ErrorCode.BAD_MANIFEST, Place.of(fileName), "No manifest found in " + fileName)
          .withHint("a manifest begins with kind: DatasetSnapshot");
    }
    List<DatasetSnapshot> snapshots = new ArrayList<>();
    for (YamlNode document : documents) {
      try {
        snapshots.add(snapshot(new YamlField(fileName, "", document)));
      } catch (CatchwaterException e) {
        throw documents.size() == 1 ? e : inDocument(snapshots.size() + 1, e);
      }
    }
    return snapshots;
  }

  /// The address in a manifest of kind `Repository`, as kamu keeps it of each repository.
  ///
  /// @param fileName the name for messages
  public static String readRepository(String fileName, byte[] utf8) {
    List<YamlNode> documents = YamlText.documents(fileName, utf8);
    if (documents.size() != 1) {
      throw CatchwaterException.at(
          ErrorCode.BAD_MANIFEST,
          Place.of(fileName),
          "One manifest of kind Repository is expected");
    }
    YamlField manifest = new YamlField(fileName, "", documents.getFirst());
    manifest.only("kind", "version", "content");
    if (!manifest.text("kind").equals("Repository")) {
      throw manifest.require("kind").error("Unknown manifest kind, expected Repository");
    }
    if (!manifest.text("version").equals("1")) {
      throw manifest
          .require("version")
          .error(ErrorCode.UNSUPPORTED, "Manifest has a version other than 1");
    }
    return manifest.require("content").only("url").text("url");
  }

  /// The manifest of a repository, see [#readRepository].
  public static String repository(String url) {
    StringBuilder to = new StringBuilder();
    Tree.Fields content = new Tree.Fields().put("url", url);
    YamlWriter.write(
        to, Tree.Fields.ofKind("Repository").put("version", 1L).put("content", content), 0);
    return to.toString();
  }

  private static CatchwaterException inDocument(int number, CatchwaterException e) {
    CatchwaterException named =
        CatchwaterException.of(e.code(), "Document " + number + ": " + e.plainMessage());
    Place place = e.place();
    String hint = e.hint();
    named = place == null ? named : named.withPlace(place);
    return (hint == null ? named : named.withHint(hint)).withCause(e);
  }

  private static DatasetSnapshot snapshot(YamlField manifest) {
    manifest.only("kind", "version", "content");
    YamlField kind = manifest.require("kind");
    if (!kind.text().equals(SNAPSHOT)) {
      CatchwaterException unknown =
          kind.error("Unknown manifest kind " + kind.node().what() + ", expected " + SNAPSHOT);
      String closest = Suggestion.closest(kind.text(), List.of(SNAPSHOT));
      throw closest == null ? unknown : unknown.withHint("did you mean " + SNAPSHOT + "?");
    }
    YamlField version = manifest.require("version");
    if (!version.text().equals("1")) {
      throw version
          .error(ErrorCode.UNSUPPORTED, "Manifest has version " + YamlNode.shown(version.text()))
          .withHint("this program knows version 1");
    }
    YamlField content = manifest.require("content").only("name", "kind", "metadata");
    MetadataEvent.DatasetKind datasetKind =
        content.require("kind").variant(List.of("Root", "Derivative")).equals("Root")
            ? MetadataEvent.DatasetKind.ROOT
            : MetadataEvent.DatasetKind.DERIVATIVE;
    YamlField name = content.require("name");
    String alias = name.text();
    int slash = alias.indexOf('/');
    @Nullable String account = slash < 0 ? null : name(name, alias.substring(0, slash)).toString();
    DatasetName datasetName = name(name, alias.substring(slash + 1));
    YamlField metadata = content.require("metadata");
    List<YamlField> fields = metadata.items();
    List<MetadataEvent> events = new ArrayList<>();
    for (YamlField field : fields) {
      events.add(EventBinder.event(field));
    }
    new SnapshotChecks(datasetKind, fields, events).check();
    return new DatasetSnapshot(datasetName, account, datasetKind, events);
  }

  private static DatasetName name(YamlField field, String text) {
    try {
      return DatasetName.parse(text);
    } catch (CatchwaterException e) {
      throw e.withPlace(field.place());
    }
  }
}
