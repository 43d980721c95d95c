package dev.catchwater.connectors.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GlobTest {
  private record Try(String pattern, String path, boolean matches) {}

  private static final List<Try> TRIES =
      List.of(
          new Try("users/*.csv", "users/a.csv", true),
          new Try("users/*.csv", "users/.csv", true),
          new Try("users/*.csv", "users/a/b.csv", false),
          new Try("users/*.csv", "users/a.csv.gz", false),
          new Try("users/**.csv", "users/a/b.csv", true),
          new Try("**/b.csv", "users/a/b.csv", true),
          new Try("u?ers", "users", true),
          new Try("u?ers", "u/ers", false),
          new Try("2026-0[1-3]", "2026-02", true),
          new Try("2026-0[1-3]", "2026-04", false),
          new Try("2026-0[!1-3]", "2026-04", true),
          new Try("a[b", "a[b", true),
          new Try("*a*b*", "xxaxxbxx", true),
          new Try("*a*b*", "xxbxxaxx", false),
          new Try("", "", true),
          new Try("*", "", true));

  @Test
  void aStarIsInsideOfAFolderAndTwoAreNot() {
    for (Try each : TRIES) {
      assertThat(Glob.matches(each.pattern(), each.path()))
          .as(each.toString())
          .isEqualTo(each.matches());
    }
  }

  @Test
  void whatStandsBeforeTheFirstSignIsOfAllPaths() {
    assertThat(Glob.prefix("users/2026-*/x?")).isEqualTo("users/2026-");
    assertThat(Glob.isPattern("users/a.csv")).isFalse();
  }
}
