package dev.catchwater.server.body;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyMemoryTest {
  @Test
  void whoFindsTooLittleTakesNothing() {
    BodyMemory memory = new BodyMemory(100);
    assertThat(memory.take(60)).isTrue();
    assertThat(memory.take(41)).isFalse();
    assertThat(memory.take(40)).isTrue();
    assertThat(memory.take(1)).isFalse();
    memory.give(60);
    assertThat(memory.take(60)).isTrue();
  }
}
