package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ParquetSchemaTextTest {
  @TestFactory
  Stream<DynamicTest> everyGoldenSchemaPrintsWithKamusBytes() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> datasets = Files.list(Golden.folder())) {
      for (Path dataset : datasets.filter(Files::isDirectory).sorted().toList()) {
        tests.add(
            DynamicTest.dynamicTest(
                dataset.getFileName().toString(),
                () -> {
                  DataSchema schema = schema(dataset);
                  assertThat(ParquetSchemaText.parquet(schema))
                      .isEqualTo(Files.readString(dataset.resolve("schema.parquet.txt")));
                  assertThat(ParquetSchemaText.ddl(schema))
                      .isEqualTo(Files.readString(dataset.resolve("schema.ddl")));
                }));
      }
    }
    assertThat(tests).hasSizeGreaterThan(5);
    return tests.stream();
  }

  private static DataSchema schema(Path dataset) throws IOException {
    try (Stream<Path> slices = Files.list(dataset.resolve("dataset/data"))) {
      Path slice = slices.sorted().findFirst().orElseThrow();
      try (SliceReader reader = SliceReader.open(new LocalDisk().openForRead(slice))) {
        return reader.schema();
      }
    }
  }

  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("a \"b\"", new DataType.Binary(16L)),
              DataField.of("t", new DataType.Time(TimeUnit.MICROSECOND).optional()),
              DataField.of("d", new DataType.Decimal(40, 3).optional()),
              DataField.of(
                  "s", new DataType.Struct(List.of(DataField.of("x", Scalar.UINT8.optional())))),
              DataField.of("l", new DataType.ListOf(Scalar.FLOAT16, null).optional())));

  @Test
  void theMessageShowsLengthsAndGroups() {
    assertThat(ParquetSchemaText.parquet(SCHEMA))
        .isEqualTo(
            """
            message arrow_schema {
              REQUIRED FIXED_LEN_BYTE_ARRAY (16) a "b";
              OPTIONAL INT64 t (TIME(MICROS,false));
              OPTIONAL FIXED_LEN_BYTE_ARRAY (17) d (DECIMAL(40,3));
              REQUIRED group s {
                OPTIONAL INT32 x (INTEGER(8,false));
              }
              OPTIONAL group l (LIST) {
                REPEATED group list {
                  REQUIRED FIXED_LEN_BYTE_ARRAY (2) item (FLOAT16);
                }
              }
            }
            """);
  }

  @Test
  void parquetJsonIsOneLine() {
    assertThat(ParquetSchemaText.parquetJson(SCHEMA))
        .isEqualTo(
            "{\"name\": \"arrow_schema\", \"type\": \"struct\", \"fields\": ["
                + "{\"name\": \"a \\\"b\\\"\", \"repetition\": \"REQUIRED\","
                + " \"type\": \"FIXED_LEN_BYTE_ARRAY(16)\"}, "
                + "{\"name\": \"t\", \"repetition\": \"OPTIONAL\", \"type\": \"INT64\","
                + " \"logicalType\": \"TIME(MICROS,false)\"}, "
                + "{\"name\": \"d\", \"repetition\": \"OPTIONAL\","
                + " \"type\": \"FIXED_LEN_BYTE_ARRAY(17)\", \"logicalType\": \"DECIMAL(40,3)\"}, "
                + "{\"name\": \"s\", \"type\": \"struct\", \"repetition\": \"REQUIRED\","
                + " \"fields\": [{\"name\": \"x\", \"repetition\": \"OPTIONAL\","
                + " \"type\": \"INT32\", \"logicalType\": \"INTEGER(8,false)\"}]}, "
                + "{\"name\": \"l\", \"type\": \"struct\", \"repetition\": \"OPTIONAL\","
                + " \"fields\": [{\"name\": \"list\", \"type\": \"struct\","
                + " \"repetition\": \"REPEATED\", \"fields\": [{\"name\": \"item\","
                + " \"repetition\": \"REQUIRED\", \"type\": \"FIXED_LEN_BYTE_ARRAY(2)\","
                + " \"logicalType\": \"FLOAT16\"}]}]}]}\n");
  }

  @Test
  void arrowJsonIsWhatArrowSerializes() {
    DataSchema schema =
        DataSchema.of(
            List.of(
                DataField.of("t", DataType.Timestamp.MILLIS_UTC.optional()),
                DataField.of("l", new DataType.ListOf(Scalar.STRING, null))));
    assertThat(ParquetSchemaText.arrowJson(schema))
        .isEqualTo(
            "{\"fields\":[{\"name\":\"t\",\"data_type\":{\"Timestamp\":[\"Millisecond\",\"UTC\"]},"
                + "\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}},"
                + "{\"name\":\"l\",\"data_type\":{\"List\":{\"name\":\"item\","
                + "\"data_type\":\"Utf8\","
                + "\"nullable\":false,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}},"
                + "\"nullable\":false,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}],"
                + "\"metadata\":{}}\n");
  }
}
