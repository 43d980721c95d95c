package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.LocalDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Page versions, encodings and codecs that only others write are read.
class ForeignFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/foreign").toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> everyForeignFileIsReadWholeAndFromTheMiddle() throws IOException {
    List<String> rows = Files.readAllLines(FOLDER.resolve("rows.json"));
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).sorted().toList()) {
        tests.add(
            DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () -> {
                  assertThat(read(file, 0, 1_000)).isEqualTo(rows);
                  assertThat(read(file, 190, 30)).isEqualTo(rows.subList(190, 220));
                  assertThat(read(file, 299, 5)).isEqualTo(rows.subList(299, 300));
                }));
      }
    }
    assertThat(tests).hasSize(7);
    return tests.stream();
  }

  private static List<String> read(Path file, long first, long count) throws IOException {
    List<String> lines = new ArrayList<>();
    try (SliceReader reader = SliceReader.open(new LocalDisk().openForRead(file))) {
      for (RecordBatch batch : SliceRoundTripTest.read(reader.read(first, count, null))) {
        for (int row = 0; row < batch.rowCount(); row++) {
          List<String> values = new ArrayList<>();
          for (Column column : batch.columns()) {
            values.add(json(column, row));
          }
          lines.add("[" + String.join(",", values) + "]");
        }
      }
    }
    return lines;
  }

  private static String json(Column column, int row) {
    if (column.isNull(row)) {
      return "null";
    }
    return switch (column) {
      case Column.Bools c -> c.values()[row] == 0 ? "false" : "true";
      case Column.Ints c -> Integer.toString(c.values()[row]);
      case Column.Longs c -> Long.toString(c.values()[row]);
      case Column.Floats c -> Float.toString(c.values()[row]);
      case Column.Doubles c -> Double.toString(c.values()[row]);
      case Column.Bytes c -> {
        int start = c.offsets()[row];
        int length = c.offsets()[row + 1] - start;
        yield '"' + new String(c.data(), start, length, StandardCharsets.UTF_8) + '"';
      }
      case Column.Lists c -> {
        List<String> items = new ArrayList<>();
        for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
          items.add(json(c.items(), i));
        }
        yield "[" + String.join(",", items) + "]";
      }
      case Column.Structs _, Column.Nulls _ -> throw new IllegalStateException("not in the files");
    };
  }
}
