package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// YAML documents as trees, within limits: 1 MiB of UTF-8, 64 levels, 50 aliases, 100,000 nodes.
/// Tags, keys that are no plain text and keys that are there twice are refused. The limits are kept
/// while the text is read, so a hostile text costs no more than what is read of it.
final class YamlText {
  private static final int SIZE_MAX = 1 << 20;
  private static final int DEPTH_MAX = 64;
  private static final int ALIASES_MAX = 50;
  private static final int NODES_MAX = 100_000;

  private final String file;
  private final Iterator<Event> events;
  private final Map<String, YamlNode> anchors = new HashMap<>();
  private int aliases;

  private YamlText(String file, Iterator<Event> events) {
    this.file = file;
    this.events = events;
  }

  /// The documents that are not empty.
  static List<YamlNode> documents(String file, byte[] utf8) {
    String text = decode(file, utf8);
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(SIZE_MAX + 1).build();
    try {
      YamlText reader = new YamlText(file, new Parse(settings).parseString(text).iterator());
      return reader.documents();
    } catch (MarkedYamlEngineException e) {
      throw syntaxError(file, e);
    } catch (ReaderException e) {
      throw CatchwaterException.at(
              ErrorCode.BAD_MANIFEST,
              place(file, text, e.getPosition()),
              "Character U+%04X cannot stand in YAML".formatted(e.getCodePoint()))
          .withCause(e);
    } catch (YamlEngineException e) {
      throw CatchwaterException.at(
              ErrorCode.BAD_MANIFEST, Place.of(file), "Cannot be read as YAML: " + e.getMessage())
          .withCause(e);
    } catch (NumberFormatException e) {
      // The parser's own, where the text ends in an escape of a character by its number.
      throw CatchwaterException.at(
              ErrorCode.BAD_MANIFEST,
              Place.of(file),
              "Cannot be read as YAML: an escape ends before its digits")
          .withCause(e);
    }
  }

  private List<YamlNode> documents() {
    List<YamlNode> documents = new ArrayList<>();
    while (events.hasNext()) {
      if (events.next() instanceof DocumentStartEvent) {
        anchors.clear();
        YamlNode root = node(events.next(), 1);
        if (!(root instanceof YamlNode.Scalar scalar && scalar.isNull())) {
          documents.add(root);
        }
      }
    }
    return documents;
  }

  private YamlNode node(Event event, int depth) {
    if (event instanceof AliasEvent alias) {
      return alias(alias);
    }
    YamlNode node =
        switch (event) {
          case ScalarEvent scalar -> {
            refuseTag(scalar, scalar.getTag().orElse(null));
            yield new YamlNode.Scalar(
                scalar.getValue(), scalar.isPlain(), line(event), column(event));
          }
          case CollectionStartEvent start -> {
            refuseTag(start, start.getTag().orElse(null));
            if (depth > DEPTH_MAX) {
              throw error(event, ErrorCode.LIMIT_EXCEEDED, "Nests deeper than " + DEPTH_MAX);
            }
            yield start instanceof MappingStartEvent
                ? mapping(start, depth)
                : sequence(start, depth);
          }
          default -> throw new IllegalStateException("not the start of a node: " + event);
        };
    if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
      anchors.put(named.getAnchor().get().getValue(), node);
    }
    return node;
  }

  private YamlNode alias(AliasEvent event) {
    if (++aliases > ALIASES_MAX) {
      throw error(event, ErrorCode.LIMIT_EXCEEDED, "Has more than " + ALIASES_MAX + " aliases");
    }
    String name = event.getAlias().getValue();
    YamlNode target = anchors.get(name);
    if (target == null) {
      throw error(event, ErrorCode.BAD_MANIFEST, "Alias '*" + name + "' stands for nothing")
          .withHint("its anchor &" + name + " has to end before it");
    }
    return target;
  }

  private YamlNode sequence(CollectionStartEvent start, int depth) {
    List<YamlNode> items = new ArrayList<>();
    long size = 1;
    for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; ) {
      YamlNode item = node(next, depth + 1);
      items.add(item);
      size = grown(next, size, item);
      next = events.next();
    }
    return new YamlNode.Sequence(items, line(start), column(start), size);
  }

  private YamlNode mapping(CollectionStartEvent start, int depth) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    long size = 1;
    for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; ) {
      if (!(node(next, depth + 1) instanceof YamlNode.Scalar key)) {
        throw error(next, ErrorCode.BAD_MANIFEST, "A key has to be a plain text");
      }
      if (!names.add(key.text())) {
        throw error(
            next,
            ErrorCode.BAD_MANIFEST,
            "Key '" + YamlNode.shown(key.text()) + "' is there twice");
      }
      YamlNode value = node(events.next(), depth + 1);
      entries.add(new YamlNode.Entry(key, value));
      size = grown(next, size + 1, value);
      next = events.next();
    }
    return new YamlNode.Mapping(entries, line(start), column(start), size);
  }

  private long grown(Event at, long size, YamlNode added) {
    long grown = size + added.size();
    if (grown > NODES_MAX) {
      throw error(at, ErrorCode.LIMIT_EXCEEDED, "Has more than " + NODES_MAX + " values");
    }
    return grown;
  }

  private void refuseTag(Event event, @Nullable String tag) {
    if (tag != null) {
      throw error(event, ErrorCode.BAD_MANIFEST, "Tag '" + YamlNode.shown(tag) + "' is refused")
          .withHint("values are typed by the field they stand in");
    }
  }

  private CatchwaterException error(Event event, ErrorCode code, String message) {
    return CatchwaterException.at(code, new Place(file, line(event), column(event), null), message);
  }

  private static int line(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static int column(Event event) {
    return event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
  }

  /// The problem with the line it is in and a caret under the place.
  private static CatchwaterException syntaxError(String file, MarkedYamlEngineException e) {
    Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
    Place place =
        mark == null
            ? Place.of(file)
            : new Place(file, mark.getLine() + 1, mark.getColumn() + 1, null);
    String message = "Not YAML: " + (e.getContext() == null ? "" : e.getContext() + ", ");
    return CatchwaterException.at(
            ErrorCode.BAD_MANIFEST,
            place,
            message + e.getProblem() + (mark == null ? "" : "\n" + mark.createSnippet()))
        .withCause(e);
  }

  private static Place place(String file, String text, int position) {
    int line = 1;
    int column = 1;
    int index = 0;
    for (int i = 0; i < position && index < text.length(); i++) {
      int c = text.codePointAt(index);
      index += Character.charCount(c);
      line += c == '\n' ? 1 : 0;
      column = c == '\n' ? 1 : column + 1;
    }
    return new Place(file, line, column, null);
  }

  private static String decode(String file, byte[] utf8) {
    if (utf8.length > SIZE_MAX) {
      throw CatchwaterException.at(
          ErrorCode.LIMIT_EXCEEDED,
          Place.of(file),
          "Manifest has " + utf8.length + " bytes, at most " + SIZE_MAX + " are read");
    }
    int start = utf8.length >= 3 && utf8[0] == -17 && utf8[1] == -69 && utf8[2] == -65 ? 3 : 0;
    ByteBuffer in = ByteBuffer.wrap(utf8, start, utf8.length - start);
    CharBuffer out = CharBuffer.allocate(utf8.length + 1);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw notUtf8(file, in.position());
    }
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == 0) {
        throw notUtf8(file, i);
      }
    }
    return out.flip().toString();
  }

  private static CatchwaterException notUtf8(String file, int index) {
    return CatchwaterException.at(
            ErrorCode.BAD_ENCODING, Place.of(file), "Not UTF-8 at byte " + (index + 1))
        .withHint("save the manifest as UTF-8");
  }
}
