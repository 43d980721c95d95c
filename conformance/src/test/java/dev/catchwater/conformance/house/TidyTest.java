package dev.catchwater.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The style of the sources. Each rule collects every breach, so one run shows all of them.
class TidyTest {
  private static final int LINE_MAX = 100;
  private static final int METHOD_LINES_MAX = 70;
  private static final int CLASS_LINES_MAX = 500;
  private static final int PACKAGE_TYPES_MAX = 25;

  private static final Pattern BARE_NUMBER = Pattern.compile("^\\d{5,}[lLdDfF]?(\\.\\d+)?$");
  private static final Pattern BAD_NAME =
      Pattern.compile("(Util|Utils|Manager|Impl|Helper|Base|Info)$|^(Abstract|Base)[A-Z]");
  // SetInfo is a metadata event of the format and keeps the format's name.
  private static final List<String> FORMAT_NAMES = List.of("SetInfo");
  private static final Pattern FEEDS = Pattern.compile("[Ff]eeds\\*?\\s");
  // What the formatter leaves on one line: imports, rows of tables in docs, one long string.
  private static final Pattern WHOLE =
      Pattern.compile("^import |^\\s*/// \\||^\\s*(\\+ )?\"[^\"]*\"[,;)]*$");
  private static final Pattern GETTER = Pattern.compile("^get[A-Z].*");
  private static final Pattern VAR = Pattern.compile("\\bvar\\s+(?!_\\b)\\w+\\s*([=:])\\s*(\\S*)");
  // In two parts, so that this file does not match itself.
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(^|[^A-Za-z0-9_.])/(wo" + "rk|fa" + "rm|ro" + "ot|home/[a-z]+)/");

  private static final Repository REPOSITORY = Repository.open();
  private static final String DECISIONS = REPOSITORY.read("docs/internals/decisions.md");
  private static final List<JavaSource> SOURCES =
      REPOSITORY.filesEndingWith(".java").stream().map(JavaSource::parse).toList();

  @Test
  void everySourceIsSeen() {
    assertThat(SOURCES).hasSizeGreaterThan(30);
    assertThat(SOURCES).anyMatch(source -> !source.methods().isEmpty());
  }

  @Test
  void docsAreMarkdown() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      eachLine(
          source,
          (number, line) -> {
            if (line.strip().startsWith("/*" + "*")) {
              breaches.add(at(source, number));
            }
          });
    }
    assertThat(breaches).as("legacy doc comments; write ///").isEmpty();
  }

  @Test
  void linesAreShort() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      eachLine(
          source,
          (number, line) -> {
            boolean whole = WHOLE.matcher(line).find();
            if (line.length() > LINE_MAX && !whole && !inText(source, number)) {
              breaches.add(at(source, number) + " " + line.length());
            }
          });
    }
    assertThat(breaches).as("lines over %d characters", LINE_MAX).isEmpty();
  }

  @Test
  void methodsAreShort() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Method method : source.methods()) {
        if (method.lines() > METHOD_LINES_MAX) {
          breaches.add(at(source, method.line()) + " " + method.name() + " " + method.lines());
        }
      }
    }
    assertThat(breaches).as("methods over %d lines", METHOD_LINES_MAX).isEmpty();
  }

  @Test
  void classesAreShort() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      long lines = source.text().lines().count();
      if (lines > CLASS_LINES_MAX && !isExcused(REPOSITORY.shown(source.file()))) {
        breaches.add(REPOSITORY.shown(source.file()) + " " + lines);
      }
    }
    assertThat(breaches).as("files over %d lines", CLASS_LINES_MAX).isEmpty();
  }

  @Test
  void longNumbersCarryUnderscores() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Literal literal : source.literals()) {
        if (BARE_NUMBER.matcher(literal.text()).matches()) {
          breaches.add(at(source, literal.line()) + " " + literal.text());
        }
      }
    }
    assertThat(breaches).as("numbers of five digits or more without _").isEmpty();
  }

  @Test
  void namesSayWhatIsMeant() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Type type : source.types()) {
        if (BAD_NAME.matcher(type.name()).find() && !FORMAT_NAMES.contains(type.name())) {
          breaches.add(REPOSITORY.shown(source.file()) + " " + type.name());
        }
      }
    }
    assertThat(breaches).as("type names that say nothing").isEmpty();
  }

  @Test
  void accessorsAreBare() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Method method : source.methods()) {
        if (GETTER.matcher(method.name()).matches()
            && !method.isOverride()
            && method.parameters() == 0) {
          breaches.add(at(source, method.line()) + " " + method.name());
        }
      }
    }
    assertThat(breaches).as("get accessors").isEmpty();
  }

  @Test
  void varIsUsedOnlyWhereTheRightSideNamesTheType() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES.stream().filter(TidyTest::isMain).toList()) {
      Matcher matcher = VAR.matcher(source.text());
      while (matcher.find()) {
        if (!matcher.group(1).equals("=") || !matcher.group(2).equals("new")) {
          int line = (int) source.text().substring(0, matcher.start()).lines().count();
          if (!inText(source, line)) {
            breaches.add(at(source, line) + " " + matcher.group());
          }
        }
      }
    }
    assertThat(breaches).as("var without new").isEmpty();
  }

  @Test
  void publicTypesHaveDocs() {
    List<String> breaches = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Type type : source.types()) {
        if (isMain(source) && type.isPublic() && !type.hasDoc()) {
          breaches.add(REPOSITORY.shown(source.file()) + " " + type.name());
        }
      }
    }
    assertThat(breaches).as("public types without a doc").isEmpty();
  }

  @Test
  void packagesAreSignposted() {
    List<String> breaches = new ArrayList<>();
    Map<Path, Integer> typesByFolder = new TreeMap<>();
    for (Path file : REPOSITORY.mainSources()) {
      typesByFolder.merge(file.getParent(), 1, Integer::sum);
    }
    for (Map.Entry<Path, Integer> entry : typesByFolder.entrySet()) {
      Path info = entry.getKey().resolve("package-info.java");
      String text = Files.exists(info) ? Repository.read(info) : "";
      String shown = REPOSITORY.shown(entry.getKey());
      if (!text.contains("@NullMarked") || !text.contains("///")) {
        breaches.add(shown + ": no package-info with a doc and @NullMarked");
      } else if (!text.contains("Fed by") || !FEEDS.matcher(text).find()) {
        breaches.add(shown + ": package-info does not say 'Fed by …; feeds …'");
      }
      if (entry.getValue() - 1 > PACKAGE_TYPES_MAX && !isExcused(shown)) {
        breaches.add(shown + ": " + (entry.getValue() - 1) + " types, split it");
      }
    }
    assertThat(breaches).isEmpty();
  }

  @Test
  void nothingIsLeftUnfinishedAndNoMachineIsNamed() {
    List<String> breaches = new ArrayList<>();
    for (Path file :
        REPOSITORY.filesEndingWith(
            ".java", ".md", ".py", ".sh", ".xml", ".yaml", "/run", "/test")) {
      String text = Repository.read(file);
      int number = 0;
      for (String line : text.split("\n", -1)) {
        number++;
        if (UNFINISHED.matcher(line).find() || MACHINE_PATH.matcher(line).find()) {
          breaches.add(REPOSITORY.shown(file) + ":" + number + " " + line.strip());
        }
      }
    }
    assertThat(breaches).as("unfinished work, or a path of one machine").isEmpty();
  }

  /// What may be larger than the rule stands in the decisions, with its reason.
  private static boolean isExcused(String path) {
    return DECISIONS.contains("\n| `" + path + "` |");
  }

  private static boolean isMain(JavaSource source) {
    return source.file().toString().contains("/src/main/java/");
  }

  private static boolean inText(JavaSource source, int line) {
    return source.literals().stream()
        .anyMatch(literal ->
            literal.text().startsWith("\"\"\"")
                && literal.line() <= line
                && line <= literal.lastLine());
  }

  private static String at(JavaSource source, int line) {
    return REPOSITORY.shown(source.file()) + ":" + line;
  }

  private interface LineVisitor {
    void visit(int number, String line);
  }

  private static void eachLine(JavaSource source, LineVisitor visitor) {
    String[] lines = source.text().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      visitor.visit(i + 1, lines[i]);
    }
  }
}
