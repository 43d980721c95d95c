package dev.catchwater.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every case of `cases.txt` has a test named after it, or a reason why not.
class CaseCoverageTest {
  private static final Pattern ID = Pattern.compile("^(A|B|BAD)\\d+$");
  private static final Pattern PYTHON_TEST = Pattern.compile("(?m)^\\s+def test_(\\w+)\\(");

  private static final Repository REPOSITORY = Repository.open();

  @Test
  void everyCaseHasItsTestOrItsReason() {
    Set<String> tested = testedIds();
    Set<String> missing = new TreeSet<>();
    Set<String> outdated = new TreeSet<>();
    for (Map.Entry<String, String> entry : cases().entrySet()) {
      boolean wanted = entry.getValue().equals("test");
      if (wanted && !tested.contains(entry.getKey())) {
        missing.add(entry.getKey());
      } else if (!wanted && tested.contains(entry.getKey())) {
        outdated.add(entry.getKey());
      }
    }
    assertThat(missing).as("cases without a test").isEmpty();
    assertThat(outdated).as("cases that have a test and still a reason for none").isEmpty();
  }

  @Test
  void everyIdInATestNameIsACase() {
    assertThat(cases().keySet()).containsAll(testedIds());
  }

  @Test
  void reasonsNameALaterPartOrAnExemption() {
    for (Map.Entry<String, String> entry : cases().entrySet()) {
      assertThat(entry.getValue()).as(entry.getKey()).matches("test|(later part|exempt): .+");
    }
  }

  private static Map<String, String> cases() {
    Map<String, String> cases = new LinkedHashMap<>();
    String text = REPOSITORY.read("conformance/src/test/resources/cases.txt");
    for (String line : text.lines().toList()) {
      if (!line.startsWith("#")) {
        String[] parts = line.split("\\s+", 2);
        assertThat(cases.put(parts[0], parts[1])).as(parts[0]).isNull();
      }
    }
    return cases;
  }

  /// The ids that names of tests begin with: `A87_A88_aSnapshotIsCompared` names two.
  private static Set<String> testedIds() {
    Set<String> ids = new TreeSet<>();
    for (Path file : REPOSITORY.filesEndingWith(".java")) {
      if (file.toString().contains("/src/test/")) {
        JavaSource.parse(file).methods().forEach(method -> collect(method.name(), ids));
      }
    }
    for (Path file : REPOSITORY.filesEndingWith(".py")) {
      Matcher matcher = PYTHON_TEST.matcher(Repository.read(file));
      while (matcher.find()) {
        collect(matcher.group(1), ids);
      }
    }
    return ids;
  }

  private static void collect(String name, Set<String> ids) {
    for (String part : name.split("_", -1)) {
      if (!ID.matcher(part).matches()) {
        return;
      }
      ids.add(part);
    }
  }
}
