package dev.catchwater.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The documents say what is true: maps, links, lists and generated pages.
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z0-9]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

  private static final Repository REPOSITORY = Repository.open();

  @Test
  void everyTypeNamedInTheArchitectureExists() {
    Set<String> known =
        REPOSITORY.filesEndingWith(".java").stream()
            .map(JavaSource::parse)
            .flatMap(source -> source.types().stream())
            .map(JavaSource.Type::name)
            .collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    Matcher matcher = TYPE.matcher(REPOSITORY.read("ARCHITECTURE.md"));
    int seen = 0;
    while (matcher.find()) {
      seen++;
      if (!known.contains(matcher.group(1))) {
        missing.add(matcher.group(1));
      }
    }
    assertThat(missing).as("types of ARCHITECTURE.md that do not exist").isEmpty();
    assertThat(seen).isGreaterThan(10);
  }

  @Test
  void everyModuleIsDescribedInTheArchitecture() {
    String text = REPOSITORY.read("ARCHITECTURE.md");
    for (String module : REPOSITORY.modules()) {
      assertThat(text).contains("### `" + module + "/`");
    }
  }

  @Test
  void everyRelativeLinkResolves() {
    List<String> broken = new ArrayList<>();
    for (Path page : REPOSITORY.filesEndingWith(".md")) {
      Matcher matcher = LINK.matcher(FENCE.matcher(Repository.read(page)).replaceAll(""));
      while (matcher.find()) {
        String target = matcher.group(1);
        if (!target.contains("://") && !target.startsWith("mailto:") && !resolves(page, target)) {
          broken.add(REPOSITORY.shown(page) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsReachableFromTheIndex() {
    String index = REPOSITORY.read("docs/README.md");
    Path docs = REPOSITORY.root().resolve("docs");
    List<String> lost = new ArrayList<>();
    for (Path page : REPOSITORY.filesEndingWith(".md")) {
      if (page.startsWith(docs) && !page.endsWith("docs/README.md")) {
        String link = docs.relativize(page).toString();
        if (!index.contains("(" + link + ")")) {
          lost.add(link);
        }
      }
    }
    assertThat(lost).as("pages that docs/README.md does not link").isEmpty();
  }

  @Test
  void everyDependencyHasItsReason() {
    String reasons = REPOSITORY.read("docs/internals/dependencies.md");
    Set<String> used = new TreeSet<>();
    for (Path pom : REPOSITORY.filesEndingWith("pom.xml")) {
      Matcher matcher = DEPENDENCY.matcher(Repository.read(pom));
      while (matcher.find()) {
        if (!matcher.group(1).equals("dev.catchwater")) {
          used.add(matcher.group(1) + ":" + matcher.group(2));
        }
      }
    }
    assertThat(used).isNotEmpty();
    for (String artifact : used) {
      assertThat(reasons).contains("`" + artifact + "`");
    }
    Matcher listed = Pattern.compile("(?m)^\\| `([^`:]+:[^`]+)`").matcher(reasons);
    while (listed.find()) {
      assertThat(used).as("artifacts of the POMs").contains(listed.group(1));
    }
  }

  @Test
  void productTestsAndBenchmarksUseOneDuckdb() {
    Matcher product =
        Pattern.compile("<duckdb.version>(\\d+\\.\\d+\\.\\d+)").matcher(REPOSITORY.read("pom.xml"));
    Matcher python =
        Pattern.compile("duckdb==(\\S+)").matcher(REPOSITORY.read("tools/requirements.txt"));
    assertThat(product.find() && python.find()).isTrue();
    assertThat(python.group(1)).isEqualTo(product.group(1));
  }

  @Test
  void theErrorReferenceIsTheErrorCodes() throws IOException {
    Path page = REPOSITORY.root().resolve("docs/reference/errors.md");
    String expected = errorReference();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(page, expected);
    }
    assertThat(Repository.read(page))
        .as("run this test with -Dgolden.update=true")
        .isEqualTo(expected);
  }

  private static String errorReference() {
    String kinds =
        Repository.read(sourceOf(ErrorKind.class)); // The docs of the enums are the page's text.
    String codes = Repository.read(sourceOf(ErrorCode.class));
    StringBuilder text = new StringBuilder();
    text.append("# Errors\n\n");
    text.append("Generated from `ErrorCode` and `ErrorKind`; do not edit.\n\n");
    text.append("A failure prints its place, one sentence and often a hint, and ends the command ");
    text.append("with exit code 1\n(2 for a wrong command line). The codes are stable; ");
    text.append("the sentences are not.\n\n");
    for (ErrorKind kind : ErrorKind.values()) {
      text.append("## ").append(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      text.append("\n\n").append(docOf(kinds, kind.name())).append("\n\n");
      List<ErrorCode> members =
          List.of(ErrorCode.values()).stream().filter(code -> code.kind() == kind).toList();
      if (!members.isEmpty()) {
        text.append("| code | when |\n|---|---|\n");
        for (ErrorCode code : members) {
          text.append("| `").append(code.slug()).append("` | ");
          text.append(docOf(codes, code.name())).append(" |\n");
        }
        text.append('\n');
      }
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static Path sourceOf(Class<?> type) {
    String path = "odf/src/main/java/" + type.getName().replace('.', '/') + ".java";
    return REPOSITORY.root().resolve(path);
  }

  private static String docOf(String source, String constant) {
    Matcher matcher = Pattern.compile("((?:  ///[^\n]*\n)+)  " + constant + "\\b").matcher(source);
    assertThat(matcher.find()).as("the doc of %s", constant).isTrue();
    return matcher
        .group(1)
        .lines()
        .map(line -> line.strip().substring(3).strip())
        .collect(Collectors.joining(" "));
  }

  private static boolean resolves(Path page, String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path resolved = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (!Files.exists(resolved)) {
      return false;
    }
    return hash < 0 || anchors(Repository.read(resolved)).contains(target.substring(hash + 1));
  }

  private static Set<String> anchors(String page) {
    Set<String> anchors = new TreeSet<>();
    Matcher matcher = HEADING.matcher(page);
    while (matcher.find()) {
      anchors.add(
          matcher
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }
}
