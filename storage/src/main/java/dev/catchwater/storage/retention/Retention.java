package dev.catchwater.storage.retention;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.Attachment;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long rows are kept: for a time, up to so many bytes of slices, up to so many rows; what is
/// null does not limit. It stands in the chain as the attachment `retention.json`. Immutable.
///
/// @param age as it was written, a number with `ms`, `s`, `min`, `h` or `d` behind it
public record Retention(@Nullable String age, @Nullable Long bytes, @Nullable Long rows) {
  /// The name of the attachment.
  public static final String PATH = "retention.json";

  private static final String KIND = "Retention";
  private static final Map<String, Long> UNITS =
      Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final long DAYS_MAX = 100_000;

  /// @throws CatchwaterException `BAD_ARGUMENT` for an age that is none, numbers below 1, and where
  ///   nothing is limited
  public Retention {
    if (age == null && bytes == null && rows == null) {
      throw bad("A retention says age, bytes or rows");
    }
    if ((bytes != null && bytes < 1) || (rows != null && rows < 1)) {
      throw bad("A retention keeps one byte and one row at least");
    }
    if (age != null && millis(age) < 1) {
      throw bad(
          "The age of a retention is a number with ms, s, min, h or d behind it, not '"
              + age
              + "'");
    }
  }

  private static CatchwaterException bad(String message) {
    return CatchwaterException.of(ErrorCode.BAD_ARGUMENT, message)
        .withHint("{\"age\":\"30d\"}, with bytes and rows if need be");
  }

  private static long millis(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    Long unit = UNITS.get(text.substring(digits));
    if (digits == 0 || digits > 15 || unit == null) {
      return 0;
    }
    long number = Long.parseLong(text.substring(0, digits));
    return number > DAYS_MAX * 86_400_000L / unit ? 0 : number * unit;
  }

  /// The age as a time; null where it does not limit.
  public @Nullable Duration time() {
    return age == null ? null : Duration.ofMillis(millis(age));
  }

  /// What a document says.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static Retention of(Tree tree) {
    if (!(tree instanceof Tree.Fields fields)) {
      throw bad("A retention is an object");
    }
    String age = null;
    Long bytes = null;
    Long rows = null;
    for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
      switch (field.getKey()) {
        case "kind" -> {}
        case "age" -> age = text(field.getValue());
        case "bytes" -> bytes = number(field.getValue());
        case "rows" -> rows = number(field.getValue());
        default -> throw bad("A retention has no field '" + field.getKey() + "'");
      }
    }
    return new Retention(age, bytes, rows);
  }

  private static @Nullable String text(Tree tree) {
    return tree instanceof Tree.Text text ? text.value() : isNull(tree) ? null : "";
  }

  private static boolean isNull(Tree tree) {
    return tree instanceof Tree.Literal literal && literal.spelling().equals("null");
  }

  private static @Nullable Long number(Tree tree) {
    try {
      return isNull(tree)
          ? null
          : tree instanceof Tree.Literal literal
              ? Long.valueOf(literal.spelling())
              : Long.valueOf(0);
    } catch (NumberFormatException e) {
      return 0L;
    }
  }

  /// What a chain says; null where rows are kept for ever, and where what it says is no retention.
  public static @Nullable Retention of(ChainState state) {
    SetAttachments attachments = state.attachments();
    if (attachments == null) {
      return null;
    }
    for (Attachment attachment : attachments.items()) {
      if (attachment.path().equals(PATH)) {
        try {
          Tree tree = JsonTree.read(attachment.content());
          return tree == null ? null : of(tree);
        } catch (CatchwaterException e) {
          return null; // rows that nobody clearly gave up are kept
        }
      }
    }
    return null;
  }

  /// The attachments of a chain with this one among them.
  ///
  /// @param retention null for none
  public static SetAttachments in(@Nullable SetAttachments before, @Nullable Retention retention) {
    List<Attachment> items = new ArrayList<>();
    if (before != null) {
      for (Attachment attachment : before.items()) {
        if (!attachment.path().equals(PATH)) {
          items.add(attachment);
        }
      }
    }
    if (retention != null) {
      StringBuilder json = new StringBuilder();
      JsonTree.write(json, retention.tree().put("kind", KIND));
      items.add(new Attachment(PATH, json.toString()));
    }
    return new SetAttachments(items);
  }

  /// As a document has it.
  public Tree.Fields tree() {
    Tree.Fields fields = new Tree.Fields();
    if (age != null) {
      fields.put("age", age);
    }
    if (bytes != null) {
      fields.put("bytes", (long) bytes);
    }
    if (rows != null) {
      fields.put("rows", (long) rows);
    }
    return fields;
  }
}
