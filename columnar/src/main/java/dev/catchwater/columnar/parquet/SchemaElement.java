package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.schema.TimeUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One node of the schema as the footer lists it, depth first.
///
/// @param physical the stored type; null for a group
/// @param typeLength bytes of a value of [PhysicalType#FIXED_LEN_BYTE_ARRAY], else 0
/// @param repetition [#REQUIRED], [#OPTIONAL] or [#REPEATED]
/// @param childCount nodes directly below; 0 for a leaf
public record SchemaElement(
    String name,
    @Nullable PhysicalType physical,
    int typeLength,
    int repetition,
    int childCount,
    @Nullable Annotation annotation) {
  public static final int REQUIRED = 0;
  public static final int OPTIONAL = 1;
  public static final int REPEATED = 2;

  private static final int NO_CONVERTED_TYPE = -1;

  /// Written out, as in [Annotation]: the equality a record is given is linked when it is first
  /// called, which costs every push of a fresh process some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SchemaElement that
        && name.equals(that.name)
        && physical == that.physical
        && typeLength == that.typeLength
        && repetition == that.repetition
        && childCount == that.childCount
        && Objects.equals(annotation, that.annotation);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + childCount;
  }

  void write(ThriftWriter out, boolean root) {
    out.begin();
    if (physical != null) {
      out.int32(1, physical.number());
      if (physical == PhysicalType.FIXED_LEN_BYTE_ARRAY) {
        out.int32(2, typeLength);
      }
    }
    if (!root) {
      out.int32(3, repetition);
    }
    out.string(4, name);
    if (physical == null) {
      out.int32(5, childCount);
    }
    Annotation meaning = annotation;
    if (meaning != null) {
      int converted = convertedType(meaning);
      if (converted != NO_CONVERTED_TYPE) {
        out.int32(6, converted);
      }
      if (meaning instanceof Annotation.OfDecimal(int precision, int scale)) {
        out.int32(7, scale);
        out.int32(8, precision);
      }
      writeLogicalType(out, meaning);
    }
    out.end();
  }

  // Not a switch over the sealed type: its call site is linked at run time, which costs a fresh
  // process some milliseconds.
  private static int convertedType(Annotation annotation) {
    if (annotation instanceof Annotation.Plain plain) {
      return switch (plain) {
        case STRING -> 0;
        case MAP -> 1;
        case LIST -> 3;
        case ENUM -> 4;
        case DATE -> 6;
        case JSON -> 19;
        case BSON -> 20;
        case UNKNOWN, UUID, FLOAT16, OTHER -> NO_CONVERTED_TYPE;
      };
    }
    if (annotation instanceof Annotation.OfDecimal) {
      return 5;
    }
    if (annotation instanceof Annotation.OfInteger(int bits, boolean signed)) {
      return (signed ? 15 : 11) + Integer.numberOfTrailingZeros(bits) - 3;
    }
    if (annotation instanceof Annotation.OfTime(boolean _, TimeUnit unit)) {
      return ofUnit(unit, 7);
    }
    // Readers of converted types take times without a zone for UTC.
    return annotation instanceof Annotation.OfTimestamp(boolean utc, TimeUnit unit) && utc
        ? ofUnit(unit, 9)
        : NO_CONVERTED_TYPE;
  }

  private static int ofUnit(TimeUnit unit, int millis) {
    return switch (unit) {
      case MILLISECOND -> millis;
      case MICROSECOND -> millis + 1;
      case SECOND, NANOSECOND -> NO_CONVERTED_TYPE;
    };
  }

  private static void writeLogicalType(ThriftWriter out, Annotation annotation) {
    if (annotation == Annotation.Plain.OTHER) {
      return;
    }
    out.beginStruct(10);
    if (annotation instanceof Annotation.Plain plain) {
      out.emptyStruct(plainId(plain));
    } else if (annotation instanceof Annotation.OfDecimal(int precision, int scale)) {
      out.beginStruct(5);
      out.int32(1, scale);
      out.int32(2, precision);
      out.end();
    } else if (annotation instanceof Annotation.OfInteger(int bits, boolean signed)) {
      out.beginStruct(10);
      out.int8(1, bits);
      out.bool(2, signed);
      out.end();
    } else if (annotation instanceof Annotation.OfTime(boolean utc, TimeUnit unit)) {
      writeTime(out, 7, utc, unit);
    } else if (annotation instanceof Annotation.OfTimestamp(boolean utc, TimeUnit unit)) {
      writeTime(out, 8, utc, unit);
    }
    out.end();
  }

  private static int plainId(Annotation.Plain plain) {
    return switch (plain) {
      case STRING -> 1;
      case MAP -> 2;
      case LIST -> 3;
      case ENUM -> 4;
      case DATE -> 6;
      case UNKNOWN -> 11;
      case JSON -> 12;
      case BSON -> 13;
      case UUID -> 14;
      case FLOAT16 -> 15;
      case OTHER -> throw new IllegalStateException("an unknown annotation is not written");
    };
  }

  private static void writeTime(ThriftWriter out, int id, boolean utc, TimeUnit unit) {
    out.beginStruct(id);
    out.bool(1, utc);
    out.beginStruct(2);
    out.emptyStruct(
        switch (unit) {
          case MILLISECOND -> 1;
          case MICROSECOND -> 2;
          case NANOSECOND -> 3;
          case SECOND -> throw new IllegalStateException("Parquet has no seconds");
        });
    out.end();
    out.end();
  }

  static SchemaElement read(ThriftReader in) {
    PhysicalType physical = null;
    int typeLength = 0;
    int repetition = REQUIRED;
    String name = "";
    int childCount = 0;
    int converted = NO_CONVERTED_TYPE;
    int scale = 0;
    int precision = 0;
    Annotation annotation = null;
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> physical = physicalType(in.int32());
        case 2 -> typeLength = in.int32();
        case 3 -> repetition = in.int32();
        case 4 -> name = in.string();
        case 5 -> childCount = in.int32();
        case 6 -> converted = in.int32();
        case 7 -> scale = in.int32();
        case 8 -> precision = in.int32();
        case 10 -> annotation = readLogicalType(in);
        default -> in.skip();
      }
    }
    if (annotation == null) {
      annotation = ofConverted(converted, precision, scale);
    }
    return new SchemaElement(name, physical, typeLength, repetition, childCount, annotation);
  }

  static PhysicalType physicalType(int number) {
    PhysicalType[] all = PhysicalType.values();
    if (number < 0 || number >= all.length) {
      throw FileFooter.damaged("stored type " + number);
    }
    return all[number];
  }

  private static @Nullable Annotation ofConverted(int type, int precision, int scale) {
    return switch (type) {
      case NO_CONVERTED_TYPE -> null;
      case 0 -> Annotation.Plain.STRING;
      case 1, 2 -> Annotation.Plain.MAP;
      case 3 -> Annotation.Plain.LIST;
      case 4 -> Annotation.Plain.ENUM;
      case 5 -> new Annotation.OfDecimal(precision, scale);
      case 6 -> Annotation.Plain.DATE;
      case 7 -> new Annotation.OfTime(true, TimeUnit.MILLISECOND);
      case 8 -> new Annotation.OfTime(true, TimeUnit.MICROSECOND);
      case 9 -> new Annotation.OfTimestamp(true, TimeUnit.MILLISECOND);
      case 10 -> new Annotation.OfTimestamp(true, TimeUnit.MICROSECOND);
      case 11, 12, 13, 14 -> new Annotation.OfInteger(8 << (type - 11), false);
      case 15, 16, 17, 18 -> new Annotation.OfInteger(8 << (type - 15), true);
      case 19 -> Annotation.Plain.JSON;
      case 20 -> Annotation.Plain.BSON;
      default -> Annotation.Plain.OTHER;
    };
  }

  private static Annotation readLogicalType(ThriftReader in) {
    Annotation annotation = Annotation.Plain.OTHER;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 5 -> annotation = readDecimal(in);
        case 7, 8 -> annotation = readTime(in, id == 8);
        case 10 -> annotation = readInteger(in);
        default -> {
          annotation = plain(id);
          in.skip();
        }
      }
    }
    return annotation;
  }

  private static Annotation plain(int id) {
    return switch (id) {
      case 1 -> Annotation.Plain.STRING;
      case 2 -> Annotation.Plain.MAP;
      case 3 -> Annotation.Plain.LIST;
      case 4 -> Annotation.Plain.ENUM;
      case 6 -> Annotation.Plain.DATE;
      case 11 -> Annotation.Plain.UNKNOWN;
      case 12 -> Annotation.Plain.JSON;
      case 13 -> Annotation.Plain.BSON;
      case 14 -> Annotation.Plain.UUID;
      case 15 -> Annotation.Plain.FLOAT16;
      default -> Annotation.Plain.OTHER;
    };
  }

  private static Annotation readDecimal(ThriftReader in) {
    int scale = 0;
    int precision = 0;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> scale = in.int32();
        case 2 -> precision = in.int32();
        default -> in.skip();
      }
    }
    return new Annotation.OfDecimal(precision, scale);
  }

  private static Annotation readInteger(ThriftReader in) {
    int bits = 0;
    boolean signed = false;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> bits = in.int8();
        case 2 -> signed = in.bool();
        default -> in.skip();
      }
    }
    return new Annotation.OfInteger(bits, signed);
  }

  private static Annotation readTime(ThriftReader in, boolean timestamp) {
    boolean utc = false;
    TimeUnit unit = TimeUnit.MILLISECOND;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> utc = in.bool();
        case 2 -> {
          in.beginStruct();
          for (int which = in.nextField(); which != 0; which = in.nextField()) {
            unit =
                switch (which) {
                  case 1 -> TimeUnit.MILLISECOND;
                  case 2 -> TimeUnit.MICROSECOND;
                  case 3 -> TimeUnit.NANOSECOND;
                  default -> throw FileFooter.damaged("unit of time " + which);
                };
            in.skip();
          }
        }
        default -> in.skip();
      }
    }
    return timestamp ? new Annotation.OfTimestamp(utc, unit) : new Annotation.OfTime(utc, unit);
  }
}
