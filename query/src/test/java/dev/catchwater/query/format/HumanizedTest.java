package dev.catchwater.query.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanizedTest {
  private static final Instant NOW = Instant.parse("2050-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({"0, -", "1, 1", "999, 999", "1000, '1,000'", "1234567, '1,234,567'"})
  void quantitiesAreGrouped(long count, String text) {
    assertThat(Humanized.quantity(count)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, -",
    "512, 512 B",
    "1024, 1.0 KiB",
    "12595, 12.3 KiB",
    "1048575, 1024.0 KiB",
    "1048576, 1.0 MiB",
    "5368709120, 5.0 GiB"
  })
  void sizesHaveAUnit(long bytes, String text) {
    assertThat(Humanized.dataSize(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, now",
    "30, 30 seconds ago",
    "60, a minute ago",
    "150, 2 minutes ago",
    "3600, an hour ago",
    "90000, a day ago",
    "200000, 2 days ago",
    "700000, a week ago",
    "3000000, a month ago",
    "40000000, a year ago",
    "-150, in 2 minutes"
  })
  void timesAreRelative(long secondsAgo, String text) {
    assertThat(Humanized.since(NOW.minusSeconds(secondsAgo), NOW)).isEqualTo(text);
  }

  @Test
  void noTimeIsADash() {
    assertThat(Humanized.since(null, NOW)).isEqualTo("-");
  }
}
