package dev.catchwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowAnswersTest {
  private final RowAnswers answers = new RowAnswers(32 << 20); // room for two
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  private Answer answer(long count) throws IOException {
    return answers.answer(
        count,
        () -> {
          opened.incrementAndGet();
          return closed::incrementAndGet;
        },
        (_, _) -> {});
  }

  @Test
  void T22_largeAnswersThatNobodyTakesAreFew() throws IOException {
    Answer first = answer(50_000);
    answer(50_000);
    assertThatThrownBy(() -> answer(50_000))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.slug()).isEqualTo("overloaded"));
    assertThat(opened).as("what is refused is not opened").hasValue(2);
    assertThat(answer(100).status()).as("small ones are always taken").isEqualTo(200);

    first.body().close();

    assertThat(closed).hasValue(1);
    assertThat(answer(50_000).status()).isEqualTo(200);
  }
}
