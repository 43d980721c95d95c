package dev.catchwater.odf.schema;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A logical column type of ODF. A type is required unless it is wrapped in [Option]; an option is
/// never nested in an option. Immutable. Equality is written out because what a record is given is
/// linked when it is first called, which costs milliseconds in every start of the program.
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

  /// The ordinal of the kind in the union on disk, 1 to 24; see [MetadataEvent#code()].
  int code();

  /// Bytes, all of one length where `fixedLength` is given.
  record Binary(@Nullable Long fixedLength) implements DataType {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Binary that && Objects.equals(fixedLength, that.fixedLength);
    }

    @Override
    public int hashCode() {
      return Objects.hashCode(fixedLength);
    }

    @Override
    public int code() {
      return 1;
    }

    @Override
    public String odfName() {
      return "Binary";
    }
  }

  /// An exact number of `precision` digits (1 to 76), `scale` of them behind the point.
  record Decimal(int precision, int scale) implements DataType {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Decimal that && precision == that.precision && scale == that.scale;
    }

    @Override
    public int hashCode() {
      return 31 * precision + scale;
    }

    @Override
    public int code() {
      return 4;
    }

    @Override
    public String odfName() {
      return "Decimal";
    }
  }

  /// A length of time; read in foreign chains, refused in ours.
  ///
  /// @param statedUnit the unit as stored; null means milliseconds. Equality is by meaning.
  record Duration(@Nullable TimeUnit statedUnit) implements DataType {
    @Override
    public int code() {
      return 5;
    }

    /// The unit, milliseconds where none is stated.
    public TimeUnit unit() {
      return statedUnit == null ? TimeUnit.MILLISECOND : statedUnit;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Duration that && unit() == that.unit();
    }

    @Override
    public int hashCode() {
      return unit().code();
    }

    @Override
    public String odfName() {
      return "Duration";
    }
  }

  /// A list of items, all lists of one length where `fixedLength` is given.
  record ListOf(DataType itemType, @Nullable Long fixedLength) implements DataType {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ListOf that
          && itemType.equals(that.itemType)
          && Objects.equals(fixedLength, that.fixedLength);
    }

    @Override
    public int hashCode() {
      return 31 * itemType.hashCode() + Objects.hashCode(fixedLength);
    }

    @Override
    public int code() {
      return 17;
    }

    @Override
    public String odfName() {
      return "List";
    }
  }

  /// Keys to values; read in foreign chains, refused in ours.
  ///
  /// @param statedKeysSorted as stored; null means not sorted. Equality is by meaning.
  record MapOf(DataType keyType, DataType valueType, @Nullable Boolean statedKeysSorted)
      implements DataType {
    @Override
    public int code() {
      return 18;
    }

    /// Whether the keys of each value are sorted.
    public boolean keysSorted() {
      return Boolean.TRUE.equals(statedKeysSorted);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof MapOf that
          && keyType.equals(that.keyType)
          && valueType.equals(that.valueType)
          && keysSorted() == that.keysSorted();
    }

    @Override
    public int hashCode() {
      return 31 * keyType.hashCode() + valueType.hashCode();
    }

    @Override
    public String odfName() {
      return "Map";
    }
  }

  /// A type whose values may be absent.
  record Option(DataType inner) implements DataType {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Option that && inner.equals(that.inner);
    }

    @Override
    public int hashCode() {
      return 31 * inner.hashCode() + 20;
    }

    @Override
    public int code() {
      return 20;
    }

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
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Struct that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
      return fields.hashCode();
    }

    @Override
    public int code() {
      return 21;
    }

    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String odfName() {
      return "Struct";
    }
  }

  /// A time of day.
  ///
  /// @param statedUnit the unit as stored; null means milliseconds. Equality is by meaning.
  record Time(@Nullable TimeUnit statedUnit) implements DataType {
    @Override
    public int code() {
      return 22;
    }

    /// The unit, milliseconds where none is stated.
    public TimeUnit unit() {
      return statedUnit == null ? TimeUnit.MILLISECOND : statedUnit;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Time that && unit() == that.unit();
    }

    @Override
    public int hashCode() {
      return unit().code();
    }

    @Override
    public String odfName() {
      return "Time";
    }
  }

  /// A point in time; the timezone is `UTC` in everything we write.
  ///
  /// @param statedUnit the unit as stored; null means milliseconds. Equality is by meaning.
  /// @param statedTimezone the timezone as stored; null means `UTC`
  record Timestamp(@Nullable TimeUnit statedUnit, @Nullable String statedTimezone)
      implements DataType {
    @Override
    public int code() {
      return 23;
    }

    /// Milliseconds in UTC: what every timestamp column of a push becomes.
    public static final Timestamp MILLIS_UTC = new Timestamp(TimeUnit.MILLISECOND, "UTC");

    /// The unit, milliseconds where none is stated.
    public TimeUnit unit() {
      return statedUnit == null ? TimeUnit.MILLISECOND : statedUnit;
    }

    /// The timezone, `UTC` where none is stated.
    public String timezone() {
      return statedTimezone == null ? "UTC" : statedTimezone;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Timestamp that
          && unit() == that.unit()
          && timezone().equals(that.timezone());
    }

    @Override
    public int hashCode() {
      return 31 * timezone().hashCode() + unit().code();
    }

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
