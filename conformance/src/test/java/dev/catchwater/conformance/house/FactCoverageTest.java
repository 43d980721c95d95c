package dev.catchwater.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every fact of `facts.txt` names tests that exist, or says why there is none.
class FactCoverageTest {
  private static final Repository REPOSITORY = Repository.open();

  private record Fact(String id, String words, String shown) {
    static Fact of(String line) {
      String[] parts = line.split(" \\| ", -1);
      assertThat(parts).as(line).hasSize(3);
      return new Fact(parts[0], parts[1], parts[2]);
    }

    boolean isSkipped() {
      return shown.startsWith("skip: ");
    }

    List<String> tests() {
      return isSkipped() ? List.of() : List.of(shown.substring("test ".length()).split(", ", -1));
    }
  }

  private static List<Fact> facts() {
    String text = REPOSITORY.read("conformance/src/test/resources/facts.txt");
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Fact::of)
        .toList();
  }

  @Test
  void everyFactHasTestsOrAReason() {
    for (Fact fact : facts()) {
      assertThat(fact.words()).as(fact.id()).isNotBlank();
      assertThat(fact.shown())
          .as(fact.id())
          .matches("test \\w+#\\w+(, \\w+#\\w+)*|skip: (out of scope|later part: .+)");
    }
  }

  @Test
  void everyNamedTestExists() {
    Map<String, Set<String>> methods = new HashMap<>();
    for (Path file : REPOSITORY.filesEndingWith("Test.java")) {
      String name = file.getFileName().toString().replace(".java", "");
      Set<String> known = methods.computeIfAbsent(name, _ -> new TreeSet<>());
      JavaSource.parse(file).methods().forEach(method -> known.add(method.name()));
    }
    List<String> missing = new ArrayList<>();
    for (Fact fact : facts()) {
      for (String test : fact.tests()) {
        String[] parts = test.split("#", -1);
        if (!methods.getOrDefault(parts[0], Set.of()).contains(parts[1])) {
          missing.add(fact.id() + " " + test);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void idsCountUpInTheirSections() {
    Map<String, Integer> last = new HashMap<>();
    for (Fact fact : facts()) {
      assertThat(fact.id()).matches("F\\d(\\.\\d)?-\\d+");
      String[] parts = fact.id().split("-", -1);
      int number = Integer.parseInt(parts[1]);
      assertThat(number).as(fact.id()).isEqualTo(last.getOrDefault(parts[0], 0) + 1);
      last.put(parts[0], number);
    }
    assertThat(last).hasSizeGreaterThan(10);
  }
}
