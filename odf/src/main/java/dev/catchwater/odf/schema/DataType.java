package dev.catchwater.odf.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A logical column type of ODF. A type is required unless it is wrapped in [Option]; an option is
/// never nested in an option. Immutable.
public sealed interface DataType
    permits Scalar,
        DataType.Binary,
        DataType.Decimal,
        DataType.Duration,
        DataType.ListOf,
        DataType.MapOf,
        DataType.Option,
        DataType.Struct,
        DataType.Time,
        DataType.Timestamp {

  /// The kind as manifests spell it: `Int64`, `Timestamp`, `Option`.
  String odfName();

  /// Bytes, all of one length where `fixedLength` is given.
  record Binary(@Nullable Long fixedLength) implements DataType {
    @Override
    public String odfName() {
      return "Binary";
    }
  }

  /// An exact number of `precision` digits (1 to 76), `scale` of them behind the point.
  record Decimal(int precision, int scale) implements DataType {
    @Override
    public String odfName() {
      return "Decimal";
    }
  }

  /// A length of time; read in foreign chains, refused in ours.
  record Duration(TimeUnit unit) implements DataType {
    @Override
    public String odfName() {
      return "Duration";
    }
  }

  /// A list of items, all lists of one length where `fixedLength` is given.
  record ListOf(DataType itemType, @Nullable Long fixedLength) implements DataType {
    @Override
    public String odfName() {
      return "List";
    }
  }

  /// Keys to values; read in foreign chains, refused in ours.
  record MapOf(DataType keyType, DataType valueType, boolean keysSorted) implements DataType {
    @Override
    public String odfName() {
      return "Map";
    }
  }

  /// A type whose values may be absent.
  record Option(DataType inner) implements DataType {
    public Option {
      if (inner instanceof Option) {
        throw new IllegalArgumentException("an option inside an option");
      }
    }

    @Override
    public String odfName() {
      return "Option";
    }
  }

  /// Named fields.
  record Struct(List<DataField> fields) implements DataType {
    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String odfName() {
      return "Struct";
    }
  }

  /// A time of day.
  record Time(TimeUnit unit) implements DataType {
    @Override
    public String odfName() {
      return "Time";
    }
  }

  /// A point in time; `timezone` is `UTC` in everything we write.
  record Timestamp(TimeUnit unit, String timezone) implements DataType {
    /// Milliseconds in UTC: what every timestamp column of a push becomes.
    public static final Timestamp MILLIS_UTC = new Timestamp(TimeUnit.MILLISECOND, "UTC");

    @Override
    public String odfName() {
      return "Timestamp";
    }
  }

  /// Whether values may be absent.
  default boolean isOptional() {
    return this instanceof Option;
  }

  /// The type without its option.
  default DataType required() {
    return this instanceof Option(DataType inner) ? inner : this;
  }

  /// The type inside an option, whether or not it was in one.
  default DataType optional() {
    return this instanceof Option ? this : new Option(this);
  }
}
