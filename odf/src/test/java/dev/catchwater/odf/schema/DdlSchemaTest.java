package dev.catchwater.odf.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The DDL notation: types, optionality, names, and where it says that something is wrong.
class DdlSchemaTest {

  private static String typeOf(String ddl) {
    return TypeText.of(DdlSchema.parse(List.of("x " + ddl)).fields().getFirst().type());
  }

  private static String nameOf(String ddl) {
    return DdlSchema.parse(List.of(ddl)).fields().getFirst().name();
  }

  private static void refused(String message, String... definitions) {
    assertThatThrownBy(() -> DdlSchema.parse(List.of(definitions)))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_MANIFEST))
        .hasMessageContaining(message);
  }

  @Test
  void everyTypeOfTheTableIsKnown() {
    assertThat(typeOf("BOOLEAN")).isEqualTo("Bool?");
    assertThat(typeOf("bool")).isEqualTo("Bool?");
    assertThat(typeOf("INT")).isEqualTo("Int32?");
    assertThat(typeOf("INTEGER(11)")).isEqualTo("Int32?");
    assertThat(typeOf("SIGNED")).isEqualTo("Int32?");
    assertThat(typeOf("INT UNSIGNED")).isEqualTo("UInt32?");
    assertThat(typeOf("UNSIGNED")).isEqualTo("UInt32?");
    assertThat(typeOf("BIGINT")).isEqualTo("Int64?");
    assertThat(typeOf("BIGINT UNSIGNED")).isEqualTo("UInt64?");
    assertThat(typeOf("FLOAT")).isEqualTo("Float32?");
    assertThat(typeOf("DOUBLE")).isEqualTo("Float64?");
    assertThat(typeOf("DOUBLE PRECISION")).isEqualTo("Float64?");
    assertThat(typeOf("STRING")).isEqualTo("String?");
    assertThat(typeOf("VARCHAR(10)")).isEqualTo("String?");
    assertThat(typeOf("TEXT")).isEqualTo("String?");
    assertThat(typeOf("TIMESTAMP")).isEqualTo("Timestamp(Millisecond, UTC)?");
    assertThat(typeOf("timestamp(9)")).isEqualTo("Timestamp(Millisecond, UTC)?");
    assertThat(typeOf("ARRAY<STRING>")).isEqualTo("List<String?>?");
    assertThat(typeOf("ARRAY < ARRAY<DATE> >")).isEqualTo("List<List<Date?>?>?");
  }

  @Test
  void datesAndDecimalsAreRequiredTheRestIsOptional() {
    assertThat(typeOf("DATE")).isEqualTo("Date");
    assertThat(typeOf("DECIMAL(10,2)")).isEqualTo("Decimal(10,2)");
    assertThat(typeOf("DECIMAL(5)")).isEqualTo("Decimal(5,0)");
    assertThat(typeOf("STRING NOT NULL")).isEqualTo("String");
    assertThat(typeOf("bigint unsigned not  null")).isEqualTo("UInt64");
  }

  @Test
  void namesMayBeQuotedAndKeepTheirCase() {
    assertThat(nameOf("UPPER INT")).isEqualTo("UPPER");
    assertThat(nameOf("\"Date (UTC)\" DATE")).isEqualTo("Date (UTC)");
    assertThat(nameOf("\"a \"\"b\"\"\" INT")).isEqualTo("a \"b\"");
    assertThat(nameOf("`x-y` INT")).isEqualTo("x-y");
    assertThat(nameOf("größe INT")).isEqualTo("größe");
  }

  @Test
  void oneStringMayHoldSeveralColumns() {
    assertThat(DdlSchema.parse(List.of("a INT, b DECIMAL(4, 2)", "c DATE")).fields())
        .extracting(DataField::name)
        .containsExactly("a", "b", "c");
  }

  @Test
  void BAD9_aMistypedTypeIsNamedWithItsPosition() {
    refused(
        "Type 'TIMESTMP' of column 't' is not known, at character 3 of \"t TIMESTMP\""
            + " (did you mean 'TIMESTAMP'?)",
        "t TIMESTMP");
    refused("Column 'a' is there twice, at character 1", "a INT", "a STRING");
    refused("Type 'SMALLINT' of column 'x' is not supported in DDL", "x SMALLINT");
  }

  @Test
  void BAD10_whatIsNotAColumnIsNotRead() {
    refused(
        "Expected the end of the column, found ')', at character 6", "x INT); DROP TABLE y; --");
    refused("Expected the end of the column, found ';'", "x INT; DROP TABLE y");
    refused("Column option 'PRIMARY KEY' is not known", "x INT PRIMARY KEY");
    refused("Column option 'NULL' is not known", "x INT NULL");
    refused("Expected a column name", "");
    refused("Expected a column name", "a INT,");
    refused("Expected a column name, found '1'", "1a INT");
    refused("Column 'a' has no type", "a ");
    refused("The quoted name is not closed", "\"a INT");
    refused("A column name is empty", "\"\" INT");
    refused("Expected '>', found the end", "a ARRAY<INT");
    refused("Expected '<', found the end", "a ARRAY");
    refused("DECIMAL needs its precision", "a DECIMAL");
    refused("DECIMAL(77,0) is out of range", "a DECIMAL(77)");
    refused("DECIMAL(2,3) is out of range", "a DECIMAL(2,3)");
    refused("Expected ')'", "a VARCHAR(1,2)");
    refused("Expected a number", "a VARCHAR(99999999999)");
    refused("ARRAY nests deeper", "a " + "ARRAY<".repeat(40) + "INT" + ">".repeat(40));
  }
}
