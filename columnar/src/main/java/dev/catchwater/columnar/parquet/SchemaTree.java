package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds the trees of a schema from the list in the footer; types are inferred as parquet-rs does
/// without an Arrow schema beside it.
final class SchemaTree {
  private static final int DEPTH_MAX = 30;
  private static final int DECIMAL_BYTES_MAX = 32;
  private static final int DECIMAL_DIGITS_MAX = 76;
  private static final int INT32_DIGITS_MAX = 9;
  private static final int INT64_DIGITS_MAX = 18;

  private final List<SchemaElement> elements;
  private final List<SchemaNode.Leaf> leaves = new ArrayList<>();
  private final List<String> path = new ArrayList<>();
  private int next;

  SchemaTree(List<SchemaElement> elements) {
    this.elements = elements;
  }

  List<SchemaNode.Leaf> leaves() {
    return leaves;
  }

  List<SchemaNode> columns() {
    SchemaElement root = take();
    if (root.physical() != null || root.childCount() > elements.size()) {
      throw FileFooter.damaged("the schema has no root");
    }
    List<SchemaNode> columns = children(root.childCount(), 0, 0);
    if (next != elements.size()) {
      throw FileFooter.damaged("the schema has nodes outside its root");
    }
    return columns;
  }

  private List<SchemaNode> children(int count, int definition, int repetition) {
    if (count < 0 || count > elements.size() - next) {
      throw FileFooter.damaged("a group of " + count + " nodes");
    }
    List<SchemaNode> children = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      children.add(node(definition, repetition));
    }
    return children;
  }

  private SchemaElement take() {
    if (next == elements.size()) {
      throw FileFooter.damaged("the schema ends too early");
    }
    return elements.get(next++);
  }

  private SchemaNode node(int outerDefinition, int outerRepetition) {
    SchemaElement element = take();
    if (element.repetition() == SchemaElement.REPEATED) {
      // A repeated field outside a LIST: a required list of required items.
      SchemaNode item = body(element, false, outerDefinition + 1, outerRepetition + 1);
      return new SchemaNode.ListNode(
          element.name(), false, outerDefinition, outerDefinition + 1, outerRepetition + 1, item);
    }
    boolean optional = element.repetition() == SchemaElement.OPTIONAL;
    return body(element, optional, outerDefinition + (optional ? 1 : 0), outerRepetition);
  }

  private SchemaNode body(SchemaElement element, boolean optional, int definition, int repetition) {
    path.add(element.name());
    if (path.size() > DEPTH_MAX) {
      throw FileFooter.damaged("the schema is nested too deeply");
    }
    SchemaNode node;
    PhysicalType physical = element.physical();
    if (physical != null) {
      node = leaf(element, physical, optional, definition, repetition);
    } else if (element.annotation() == Annotation.Plain.LIST
        || (element.annotation() == Annotation.Plain.MAP && element.childCount() == 1)) {
      // A map is a list of its entries, each a group of key and value.
      node = list(element, optional, definition, repetition);
    } else {
      List<SchemaNode> children = children(element.childCount(), definition, repetition);
      if (children.isEmpty()) {
        throw unsupported("is a group without fields");
      }
      node = new SchemaNode.StructNode(element.name(), optional, definition, children);
    }
    path.removeLast();
    return node;
  }

  private SchemaNode list(SchemaElement element, boolean optional, int definition, int repetition) {
    if (element.childCount() != 1) {
      throw FileFooter.damaged("a list of " + element.childCount() + " nodes");
    }
    SchemaElement repeated = take();
    if (repeated.repetition() != SchemaElement.REPEATED) {
      throw FileFooter.damaged("a list that does not repeat");
    }
    SchemaNode item;
    if (isItem(element, repeated)) {
      item = body(repeated, false, definition + 1, repetition + 1);
    } else {
      path.add(repeated.name());
      item = node(definition + 1, repetition + 1);
      path.removeLast();
    }
    return new SchemaNode.ListNode(
        element.name(), optional, definition, definition + 1, repetition + 1, item);
  }

  /// Whether the repeated node of a list is the item itself, as old writers have it (the
  /// compatibility rules of parquet-format's LogicalTypes.md).
  private static boolean isItem(SchemaElement list, SchemaElement repeated) {
    return repeated.physical() != null
        || repeated.childCount() != 1
        || repeated.annotation() == Annotation.Plain.LIST
        || repeated.name().equals("array")
        || repeated.name().equals(list.name() + "_tuple");
  }

  private SchemaNode leaf(
      SchemaElement element,
      PhysicalType physical,
      boolean optional,
      int definition,
      int repetition) {
    int length = physical == PhysicalType.FIXED_LEN_BYTE_ARRAY ? element.typeLength() : 0;
    if (physical == PhysicalType.FIXED_LEN_BYTE_ARRAY && length <= 0) {
      throw FileFooter.damaged("values of " + length + " bytes");
    }
    DataType type = type(physical, length, element.annotation());
    SchemaNode.Leaf leaf =
        new SchemaNode.Leaf(
            leaves.size(),
            path,
            optional,
            definition,
            repetition,
            physical,
            length,
            type,
            order(physical, type));
    leaves.add(leaf);
    return leaf;
  }

  // Not switches over the sealed type, see SchemaElement.
  private DataType type(PhysicalType physical, int length, @Nullable Annotation annotation) {
    if (annotation == Annotation.Plain.UNKNOWN) {
      return Scalar.NULL;
    }
    return switch (physical) {
      case BOOLEAN -> Scalar.BOOL;
      case INT32 -> int32(annotation);
      case INT64 -> int64(annotation);
      case INT96 -> new DataType.Timestamp(TimeUnit.NANOSECOND, "");
      case FLOAT -> Scalar.FLOAT32;
      case DOUBLE -> Scalar.FLOAT64;
      case BYTE_ARRAY -> {
        if (annotation instanceof Annotation.OfDecimal decimal) {
          yield decimal(decimal, DECIMAL_DIGITS_MAX);
        }
        boolean text = annotation == Annotation.Plain.STRING || annotation == Annotation.Plain.JSON;
        yield text ? Scalar.STRING : new DataType.Binary(null);
      }
      case FIXED_LEN_BYTE_ARRAY -> {
        if (annotation instanceof Annotation.OfDecimal decimal) {
          yield fixedDecimal(decimal, length);
        }
        boolean half = annotation == Annotation.Plain.FLOAT16 && length == 2;
        yield half ? Scalar.FLOAT16 : new DataType.Binary((long) length);
      }
    };
  }

  private DataType int32(@Nullable Annotation annotation) {
    if (annotation instanceof Annotation.OfInteger(int bits, boolean signed)) {
      return switch (bits) {
        case 8 -> signed ? Scalar.INT8 : Scalar.UINT8;
        case 16 -> signed ? Scalar.INT16 : Scalar.UINT16;
        case 32 -> signed ? Scalar.INT32 : Scalar.UINT32;
        default -> throw unsupported("has numbers of " + bits + " bits");
      };
    }
    if (annotation instanceof Annotation.OfDecimal decimal) {
      return decimal(decimal, INT32_DIGITS_MAX);
    }
    if (annotation instanceof Annotation.OfTime(boolean _, TimeUnit unit)
        && unit == TimeUnit.MILLISECOND) {
      return new DataType.Time(unit);
    }
    return annotation == Annotation.Plain.DATE ? Scalar.DATE : Scalar.INT32;
  }

  private DataType int64(@Nullable Annotation annotation) {
    if (annotation instanceof Annotation.OfInteger(int bits, boolean signed)) {
      if (bits != 64) {
        throw unsupported("has numbers of " + bits + " bits");
      }
      return signed ? Scalar.INT64 : Scalar.UINT64;
    }
    if (annotation instanceof Annotation.OfDecimal decimal) {
      return decimal(decimal, INT64_DIGITS_MAX);
    }
    if (annotation instanceof Annotation.OfTime(boolean _, TimeUnit unit)
        && unit != TimeUnit.MILLISECOND) {
      return new DataType.Time(unit);
    }
    return annotation instanceof Annotation.OfTimestamp(boolean utc, TimeUnit unit)
        ? new DataType.Timestamp(unit, utc ? "UTC" : "")
        : Scalar.INT64;
  }

  private DataType decimal(Annotation.OfDecimal decimal, int digitsMax) {
    int precision = decimal.precision();
    if (precision < 1
        || precision > digitsMax
        || decimal.scale() < 0
        || decimal.scale() > precision) {
      throw unsupported("is a decimal of " + precision + " digits, scale " + decimal.scale());
    }
    return new DataType.Decimal(precision, decimal.scale());
  }

  private DataType fixedDecimal(Annotation.OfDecimal decimal, int length) {
    if (length > DECIMAL_BYTES_MAX) {
      throw unsupported("has decimals of " + length + " bytes");
    }
    return decimal(decimal, DECIMAL_DIGITS_MAX);
  }

  private static ValueOrder order(PhysicalType physical, DataType type) {
    if (type == Scalar.NULL) {
      return ValueOrder.NONE;
    }
    return switch (physical) {
      case BOOLEAN -> ValueOrder.BOOLEAN;
      case INT32, INT64 ->
          type == Scalar.UINT8
                  || type == Scalar.UINT16
                  || type == Scalar.UINT32
                  || type == Scalar.UINT64
              ? ValueOrder.UNSIGNED
              : ValueOrder.SIGNED;
      case INT96 -> ValueOrder.NONE;
      case FLOAT, DOUBLE -> ValueOrder.FLOAT;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          type instanceof DataType.Decimal
              ? ValueOrder.BIG_ENDIAN
              : type == Scalar.FLOAT16 ? ValueOrder.FLOAT16 : ValueOrder.BYTES;
    };
  }

  private CatchwaterException unsupported(String what) {
    return CatchwaterException.of(
        ErrorCode.BAD_PARQUET,
        "Column \"" + String.join(".", path) + "\" " + what + ", which is not read");
  }
}
