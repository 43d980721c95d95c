package dev.catchwater.server.tables;

import dev.catchwater.connectors.files.FileAddress;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.api.IngestHead;
import dev.catchwater.server.api.Uploads;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.retention.Retention;
import dev.catchwater.tables.EventFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The JSON object of a request that makes something, read strictly. Immutable.
record Asked(Map<String, Tree> fields) {
  private static final int BYTES_MAX = 32 << 20;
  private static final int SHOWN_MAX = 80;

  /// Reads the body of a call.
  ///
  /// @param known the fields that it may have
  /// @param isOptional whether there may be no body at all
  static Asked of(Call call, BodyReceiver bodies, Set<String> known, boolean isOptional)
      throws IOException {
    String json;
    try (ReceivedBody body = bodies.receive(call)) {
      if (body.size() > BYTES_MAX) {
        throw Refusal.of(
            413, "body-too-large", "A definition has at most 32 MiB; send the rows as a file");
      }
      try (InputStream in = body.open()) {
        json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    if (isOptional && json.isBlank()) {
      return new Asked(Map.of());
    }
    if (!(JsonTree.read(json) instanceof Tree.Fields fields)) {
      throw bad("The body is no JSON object");
    }
    for (String name : fields.fields().keySet()) {
      if (!known.contains(name)) {
        throw bad("There is no field '" + shown(name) + "', but " + String.join(", ", known));
      }
    }
    return new Asked(fields.fields());
  }

  private static String shown(String name) {
    String shown = name.replaceAll("[^ -~]", "?");
    return shown.length() > SHOWN_MAX ? shown.substring(0, SHOWN_MAX) + "…" : shown;
  }

  static Refusal bad(String why) {
    return Refusal.of(400, "bad-argument", why);
  }

  /// A field; null where it is not there, or null.
  private @Nullable Tree field(String name) {
    Tree tree = fields.get(name);
    return tree instanceof Tree.Literal literal && literal.spelling().equals("null") ? null : tree;
  }

  String name() {
    if (field("name") instanceof Tree.Text text) {
      return text.value();
    }
    throw bad("name is missing, or is no text");
  }

  /// A field that must be a text.
  String text(String name) {
    if (field(name) instanceof Tree.Text text) {
      return text.value();
    }
    throw bad(name + " is missing, or is no text");
  }

  /// The items of a list, or one alone; none where there is nothing.
  List<Tree> items(String name) {
    Tree tree = field(name);
    if (tree == null) {
      return List.of();
    }
    return tree instanceof Tree.Items items ? items.items() : List.of(tree);
  }

  /// Texts, or one alone; null where there are none.
  @Nullable List<String> texts(String name) {
    Tree tree = field(name);
    if (tree == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Tree item : tree instanceof Tree.Items items ? items.items() : List.of(tree)) {
      if (!(item instanceof Tree.Text text)) {
        throw bad(name + " is a text, or a list of texts");
      }
      texts.add(text.value());
    }
    return texts;
  }

  boolean flag(String name) {
    Tree tree = field(name);
    if (tree == null) {
      return false;
    }
    if (tree instanceof Tree.Literal literal
        && (literal.spelling().equals("true") || literal.spelling().equals("false"))) {
      return literal.spelling().equals("true");
    }
    throw bad(name + " is true or false");
  }

  /// How long events are kept, null for ever.
  @Nullable Retention retention() {
    Tree tree = field("retention");
    return tree == null ? null : Retention.of(tree);
  }

  /// The number of a version, null where there is none.
  @Nullable Integer version() {
    Tree tree = field("version");
    if (tree == null) {
      return null;
    }
    return version(tree instanceof Tree.Literal literal ? literal.spelling() : "");
  }

  /// The number of a version as an address has it, null where it has none.
  static @Nullable Integer version(Call call) {
    String text = call.parameter("version");
    return text == null ? null : version(text);
  }

  static int version(String text) {
    try {
      int version = text.startsWith("+") ? 0 : Integer.parseInt(text);
      if (version > 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a number out of range.
    }
    throw bad("version is a whole number from 1");
  }

  boolean has(String name) {
    return field(name) != null;
  }

  /// The JSON of a field that is a list.
  byte[] list(String name) {
    if (!(field(name) instanceof Tree.Items items)) {
      throw bad(name + " is a list of objects");
    }
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, items);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// What a file from elsewhere is: as the parameter `format` says, or else its name.
  static EventFormat format(Call call, String address) {
    if (call.parameter("format") == null) {
      EventFormat format = EventFormat.of(Uploads.byName(FileAddress.name(address)));
      if (format == null) {
        throw bad("The name of the file does not say what it is: say format=csv, json, …");
      }
      return format;
    }
    return format(call);
  }

  /// What the body of a call is: as its parameter `format` says, or else its type, or else JSON.
  static EventFormat format(Call call) {
    String word = call.parameter("format");
    if (word != null) {
      return EventFormat.parse(word);
    }
    InputFormat declared = IngestHead.format(call.header("Content-Type"));
    EventFormat format = EventFormat.of(declared);
    if (declared != null && format == null) {
      throw Refusal.of(
          415, "unsupported-media-type", "The media type is not one that events and rows come in");
    }
    return format == null ? EventFormat.JSON : format;
  }
}
