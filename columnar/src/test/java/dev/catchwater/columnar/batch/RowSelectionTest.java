package dev.catchwater.columnar.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.RowValues;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowSelectionTest {
  @Seeded(iterations = 8)
  void pickedRowsAreThoseOfAListOfRows(RandomGenerator random) {
    RecordBatch batch = RowValues.randomBatch(random, 1 + random.nextInt(300));
    List<List<@Nullable Object>> rows = RowValues.of(batch);
    int from = random.nextInt(batch.rowCount() + 1);
    int count = random.nextInt(batch.rowCount() - from + 1);
    assertThat(RowValues.of(RowSelection.slice(batch, from, count)))
        .isEqualTo(rows.subList(from, from + count));

    int[] picks = new int[random.nextInt(500)];
    List<List<@Nullable Object>> picked = new ArrayList<>();
    for (int i = 0; i < picks.length; i++) {
      picks[i] = random.nextInt(batch.rowCount());
      picked.add(rows.get(picks[i]));
    }
    RecordBatch taken = RowSelection.take(batch, picks, picks.length);
    assertThat(RowValues.of(taken)).isEqualTo(picked);

    List<List<@Nullable Object>> both = new ArrayList<>(picked);
    both.addAll(rows);
    assertThat(RowValues.of(RowSelection.concat(batch.schema(), List.of(taken, batch))))
        .isEqualTo(both);
  }

  @Test
  void noBatchesMakeAnEmptyOne() {
    DataSchema schema = RowValues.everyType();
    RecordBatch none = RowSelection.concat(schema, List.of());
    assertThat(none.rowCount()).isZero();
    assertThat(none.columns()).hasSize(schema.fields().size());
  }

  @Test
  void rowsOutsideTheBatchAreRefused() {
    Column column = new Column.Ints(2, new int[4], null);
    assertThatThrownBy(() -> RowSelection.slice(column, 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
