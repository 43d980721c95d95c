package dev.catchwater.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Workspace;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A statement ends when it is told to, also where that is said while it is being prepared.
class SqlCancelTest {
  private static final String ENDLESS =
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = b.range + 0.5";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 5, 10, 20, 30, 50, 80, 200})
  void aStatementEndsWheneverItIsToldTo(long millis) {
    Workspace workspace = Workspace.init(new LocalDisk(), folder);
    SqlQuery query = new SqlQuery(workspace, SqlLimits.defaults());
    CompletableFuture<SqlResult> running =
        CompletableFuture.supplyAsync(() -> {
          try {
            return query.run(SqlText.split(null, ENDLESS).getFirst());
          } catch (java.io.IOException e) {
            throw new CompletionException(e);
          }
        });
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    query.cancel();
    assertThat(running)
        .failsWithin(30, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
  }
}
