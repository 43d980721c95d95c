package dev.catchwater.query.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The second fence: what the engine refuses by itself once it is locked, for statements that the
/// gate would never let through.
class SqlFenceTest {
  private static final SqlLimits LIMITS = new SqlLimits(1 << 28, 1 << 28, 1);

  @TempDir Path folder;

  @Test
  void TH36_aLockedEngineOpensNothingButItsFiles() throws IOException {
    Path canary = Files.writeString(folder.resolve("canary.csv"), "secret\n1\n");
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    List<String> passed = new ArrayList<>();
    try (SqlDatabase database = SqlDatabase.open(LIMITS, scratch, SqlDatabase.Dialect.DUCKDB)) {
      database.lock(List.of(scratch.resolve("allowed.parquet")));
      for (String statement :
          List.of(
              "SELECT * FROM read_csv('" + canary + "')",
              "SELECT * FROM '" + canary + "'",
              "SELECT * FROM read_text('" + canary + "')",
              "SELECT * FROM glob('" + folder + "/*')",
              "SELECT * FROM read_csv('http://127.0.0.1:9/x')",
              "COPY (SELECT 1) TO '" + folder.resolve("new") + "'",
              "COPY (SELECT 1) TO '" + scratch.resolve("new") + "'",
              "EXPORT DATABASE '" + folder.resolve("new") + "'",
              "ATTACH '" + folder.resolve("new") + "'",
              "INSTALL httpfs",
              "LOAD httpfs",
              "SET enable_external_access = true",
              "SET allowed_paths = ['" + canary + "']",
              "SET lock_configuration = false",
              "RESET lock_configuration",
              "SET memory_limit = '100GB'",
              "SET temp_directory = '" + folder + "'",
              "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')")) {
        if (catchThrowable(() -> database.execute(statement)) == null) {
          passed.add(statement);
        }
      }
    }
    assertThat(passed).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(canary, scratch);
    }
  }

  @Test
  void aLockedEngineWritesTheFileItMay() throws IOException {
    try (SqlDatabase database = SqlDatabase.open(LIMITS, folder, SqlDatabase.Dialect.DUCKDB)) {
      SqlText text = SqlText.split(null, "SELECT 42 AS answer").getFirst();
      Path allowed = folder.resolve("it's allowed.parquet");
      database.lock(List.of(allowed));
      database.copy(text, "*", allowed);
      assertThat(allowed).isNotEmptyFile();
      assertThatThrownBy(() -> database.copy(text, "*", folder.resolve("other.parquet")))
          .hasMessageContaining("A statement reads datasets and nothing else");
    }
  }

  @Test
  void everyFunctionThatMayBeCalledExists() throws SQLException {
    try (SqlDatabase database = SqlDatabase.open(LIMITS, folder, SqlDatabase.Dialect.DUCKDB)) {
      assertThat(SqlGate.functions()).hasSizeGreaterThan(500);
      assertThat(database.texts("SELECT DISTINCT lower(function_name) FROM duckdb_functions()"))
          .containsAll(SqlGate.functions());
    }
  }
}
