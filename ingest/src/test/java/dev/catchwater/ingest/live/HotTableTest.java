package dev.catchwater.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DdlSchema;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HotTableTest {
  private static final int MANY = 200;
  private static final DataSchema SCHEMA = DdlSchema.parse(List.of("n BIGINT"));

  private final HotTable table = new HotTable(ChainState.EMPTY);
  private final AtomicLong durable = new AtomicLong();

  private void add(long sequence) {
    Column column = new Column.Longs(1, new long[] {sequence}, null);
    table.add(sequence, new RecordBatch(SCHEMA, 1, List.of(column)), durable.get());
  }

  @Test
  void onlyWhatIsDurableIsSeen() {
    for (int i = 1; i <= MANY; i++) {
      add(i);
      assertThat(table.view(durable::get).rowCount()).isEqualTo(i - 1);
      durable.set(i);
      assertThat(table.view(durable::get).rowCount()).isEqualTo(i);
    }
  }

  /// A reader that was told what is durable, and was held up while more was and neighbours were put
  /// together, saw fewer rows than before.
  @Test
  void T17_rowsThatWereSeenStaySeenWhileNeighboursArePutTogether() throws InterruptedException {
    for (int i = 1; i <= 100; i++) {
      add(i);
      durable.set(i);
    }
    assertThat(table.view(durable::get).rowCount()).isEqualTo(100);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch added = new CountDownLatch(1);
    Thread pusher =
        Thread.ofPlatform()
            .start(() -> {
              try {
                asked.await();
                for (int i = 101; i <= MANY; i++) {
                  add(i);
                  durable.set(i);
                }
                added.countDown();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    HotRows seen =
        table.view(() -> {
          long now = durable.get();
          asked.countDown();
          try {
            // Long enough for the pusher, unless it is kept out meanwhile, as it should.
            assertThat(added.await(200, TimeUnit.MILLISECONDS)).isFalse();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return now;
        });

    assertThat(seen.rowCount()).isEqualTo(100);
    pusher.join();
    assertThat(table.view(durable::get).rowCount()).isEqualTo(MANY);
  }
}
