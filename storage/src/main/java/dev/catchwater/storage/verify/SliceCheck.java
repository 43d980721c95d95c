package dev.catchwater.storage.verify;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a slice holds the rows that the chain says it holds.
///
/// @param schema the schema in force at its block, or null if the chain is too damaged to know
/// @param systemTimeMillis of its block
/// @param watermark of its block, or null where none is promised
record SliceCheck(
    Disk disk,
    Path path,
    DataSlice slice,
    @Nullable DataSchema schema,
    Vocabulary vocabulary,
    long systemTimeMillis,
    @Nullable Instant watermark)
    implements ObjectCheck {

  @Override
  public long bytes() {
    return slice.size();
  }

  @Override
  public Outcome run(Verifier.Progress progress) {
    List<CatchwaterException> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Times times = null;
    try (SliceReader reader = SliceReader.open(disk.openForRead(path))) {
      if (reader.rowCount() != slice.rowCount()) {
        problems.add(
            corrupt(
                "The file has " + reader.rowCount() + " rows, the chain says " + slice.rowCount()));
      }
      String difference = schema == null ? null : difference(schema, reader.schema());
      if (difference != null) {
        problems.add(corrupt(difference));
      }
      times = readRows(reader, problems, notes);
    } catch (CatchwaterException e) {
      problems.add(e.place() == null ? e.withPlace(Place.of(path.toString())) : e);
    } catch (IOException e) {
      problems.add(corrupt("Cannot be read: " + e.getMessage()).withCause(e));
    }
    progress.add(slice.size());
    return new Outcome(problems, notes, times);
  }

  private @Nullable Times readRows(
      SliceReader reader, List<CatchwaterException> problems, List<String> notes)
      throws IOException {
    boolean isCheckable = LogicalHasher.isCheckable(reader.schema());
    LogicalHasher hasher = isCheckable ? new LogicalHasher(reader.schema()) : null;
    RowRules rules = new RowRules(this, reader.schema());
    SliceRows rows = reader.read(0, reader.rowCount(), null);
    for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
      if (hasher != null) {
        hasher.update(batch);
      }
      rules.check(batch);
    }
    for (String broken : rules.broken()) {
      problems.add(corrupt(broken));
    }
    if (hasher == null) {
      notes.add(path + ": logical hash not checkable (nullable struct)");
      return rules.times();
    }
    Multihash actual = hasher.finish();
    if (!actual.equals(slice.logicalHash())) {
      problems.add(
          corrupt("Logical hash mismatch: the rows have " + actual)
              .withHint("the chain says " + slice.logicalHash()));
    }
    return rules.times();
  }

  private CatchwaterException corrupt(String message) {
    return CatchwaterException.at(ErrorCode.CORRUPT, Place.of(path.toString()), message);
  }

  /// The first column of the file that is not the one the chain declares; names and types by
  /// position, without nullability, which writers store as they like.
  static @Nullable String difference(DataSchema declared, DataSchema found) {
    List<DataField> wanted = declared.fields();
    List<DataField> have = found.fields();
    if (wanted.size() != have.size()) {
      return "The file has " + have.size() + " columns, the schema " + wanted.size();
    }
    for (int i = 0; i < wanted.size(); i++) {
      DataField one = wanted.get(i);
      DataField other = have.get(i);
      if (!one.name().equals(other.name()) || !isSame(one.type(), other.type())) {
        return "Column "
            + (i + 1)
            + " of the file is "
            + other.name()
            + " "
            + bare(other.type()).odfName()
            + ", the schema says "
            + one.name()
            + " "
            + bare(one.type()).odfName();
      }
    }
    return null;
  }

  static DataType bare(DataType type) {
    return type instanceof DataType.Option option ? option.inner() : type;
  }

  private static boolean isSame(DataType declared, DataType found) {
    DataType one = bare(declared);
    DataType other = bare(found);
    if (one instanceof DataType.ListOf list && other instanceof DataType.ListOf otherList) {
      return isSame(list.itemType(), otherList.itemType());
    }
    if (one instanceof DataType.Struct struct && other instanceof DataType.Struct otherStruct) {
      return difference(DataSchema.of(struct.fields()), DataSchema.of(otherStruct.fields()))
          == null;
    }
    if (one instanceof DataType.MapOf && other instanceof DataType.MapOf) {
      return true;
    }
    return one.equals(other);
  }
}
