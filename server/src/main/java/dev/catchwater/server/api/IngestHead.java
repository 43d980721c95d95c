package dev.catchwater.server.api;

import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.MediaType;
import dev.catchwater.server.http.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the head of a push says, checked before its body is read.
///
/// @param format what the body is, null for what the source declares
/// @param eventTime what rows without an event time get
/// @param idempotencyKey the client's name for this push
/// @param producer where it stands in the sequence of its producer
/// @param expectedHead the head that the dataset must have, null for any
public record IngestHead(
    @Nullable InputFormat format,
    @Nullable Instant eventTime,
    @Nullable String idempotencyKey,
    @Nullable Producer producer,
    @Nullable Multihash expectedHead) {
  static final String MEDIA_TYPES =
      "text/csv, application/json, application/x-ndjson, application/geo+json,"
          + " application/x-ndgeojson, application/vnd.apache.parquet, application/vnd.shp";
  private static final int NAME_LENGTH_MAX = 128;

  static IngestHead of(Call call) {
    return of(call, call.header("Content-Type"));
  }

  /// Reads a head.
  ///
  /// @param type of the body, null where it says nothing
  static IngestHead of(Call call, @Nullable String type) {
    return new IngestHead(
        format(type),
        eventTime(call.header("odf-event-time")),
        idempotencyKey(call.header("Idempotency-Key")),
        producer(call),
        expectedHead(call.header("If-Match")));
  }

  /// Whether bad rows are set aside, by the query parameter `onError`.
  ///
  /// @throws Refusal 400
  public static boolean setsAside(Call call) {
    return call.choice("onError", "reject", List.of("reject", "quarantine")).equals("quarantine");
  }

  /// The format of a media type, null for what the source declares.
  ///
  /// @throws Refusal 415
  public static @Nullable InputFormat format(@Nullable String header) {
    if (header == null) {
      return null;
    }
    if (header.indexOf(',') >= 0) {
      throw Refusal.of(400, "bad-header", "The header Content-Type names more than one type");
    }
    MediaType type = MediaType.find(header);
    String charset = type == null ? null : type.parameters().get("charset");
    if (type == null || (charset != null && !isUtf8(charset))) {
      throw unsupported(
          charset == null
              ? "The header Content-Type is no media type"
              : "The charset is not UTF-8");
    }
    return switch (type.name()) {
      case "application/octet-stream" -> null;
      case "text/csv" -> InputFormat.CSV;
      case "application/json" -> InputFormat.JSON;
      case "application/x-ndjson" -> InputFormat.NDJSON;
      case "application/geo+json" -> InputFormat.GEOJSON;
      case "application/x-ndgeojson" -> InputFormat.NDGEOJSON;
      case "application/vnd.apache.parquet" -> InputFormat.PARQUET;
      case "application/vnd.shp" -> InputFormat.ESRISHAPEFILE;
      case "application/x-www-form-urlencoded" ->
          throw unsupported("Rows are not a form; curl says so unless it is told the type by -H");
      default -> throw unsupported("The media type is not one that rows come in");
    };
  }

  private static boolean isUtf8(String charset) {
    String name = charset.toLowerCase(Locale.ROOT);
    return name.equals("utf-8") || name.equals("utf8") || name.equals("us-ascii");
  }

  private static Refusal unsupported(String why) {
    return Refusal.of(
            415, "unsupported-media-type", why + " (one of " + MEDIA_TYPES + ", or none at all)")
        .withHeader("Accept-Post", MEDIA_TYPES);
  }

  /// The time of a header.
  ///
  /// @throws Refusal 400
  public static @Nullable Instant eventTime(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(header.strip().replace(' ', 'T'));
      if (time.getYear() >= 0 && time.getYear() <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      // Said below, in the same words as a year out of range.
    }
    throw Refusal.of(
        400,
        "bad-header",
        "The header odf-event-time is no RFC 3339 time, such as 2020-01-31T12:00:00Z");
  }

  /// A key as it came, bare, or in quotes as a structured field has it (RFC 9651): both are the
  /// same key.
  private static @Nullable String idempotencyKey(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String key = header.startsWith("\"") ? unquoted(header) : header;
    if (key == null || !isVisible(key) || (key.equals(header) && key.indexOf('"') >= 0)) {
      throw Refusal.of(
          400,
          "bad-header",
          "The header Idempotency-Key is not 1 to 128 visible ASCII characters, bare or in quotes");
    }
    return key;
  }

  private static @Nullable String unquoted(String header) {
    StringBuilder key = new StringBuilder();
    for (int i = 1; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        return i == header.length() - 1 ? key.toString() : null;
      }
      if (c == '\\') {
        i++;
        c = i < header.length() ? header.charAt(i) : 0;
        if (c != '"' && c != '\\') {
          return null;
        }
      }
      key.append(c);
    }
    return null;
  }

  /// Whether it can be the name of a push or of a producer.
  public static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= NAME_LENGTH_MAX;
  }

  private static @Nullable Producer producer(Call call) {
    String id = call.header("Producer-Id");
    String epoch = call.header("Producer-Epoch");
    String sequence = call.header("Producer-Seq");
    if (id == null) {
      if (epoch == null && sequence == null) {
        return null;
      }
      throw badProducer("Producer-Epoch and Producer-Seq need Producer-Id");
    }
    if (!isVisible(id)) {
      throw badProducer("The header Producer-Id is not 1 to 128 visible ASCII characters");
    }
    if (sequence == null) {
      throw badProducer("Producer-Id needs Producer-Seq");
    }
    return new Producer(
        id, epoch == null ? 0 : number("Producer-Epoch", epoch), number("Producer-Seq", sequence));
  }

  private static long number(String name, String text) {
    boolean isNumber = !text.isEmpty() && text.length() <= 19;
    for (int i = 0; i < text.length() && isNumber; i++) {
      isNumber = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    try {
      if (isNumber) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as what is no number.
    }
    throw badProducer("The header " + name + " is no whole number from 0 to " + Long.MAX_VALUE);
  }

  private static Refusal badProducer(String why) {
    return Refusal.of(400, "bad-header", why);
  }

  private static @Nullable Multihash expectedHead(@Nullable String header) {
    if (header == null || header.equals("*")) {
      return null;
    }
    String text = header.startsWith("\"") ? unquoted(header) : header;
    try {
      if (text != null) {
        return Multihash.parse(text);
      }
    } catch (CatchwaterException e) {
      // Said below, in the same words as quotes that do not end.
    }
    throw Refusal.of(400, "bad-header", "The header If-Match is no hash of a block");
  }
}
