package dev.catchwater.cli.arg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentParserTest {
  private static final CommandSpec SPEC =
      CommandSpec.of("take", "Take", "Takes something.")
          .options(
              OptionSpec.valued("output-format", 'o', "FMT", "How").choices("json", "table"),
              OptionSpec.valued("num-records", 'n', "NUM", "How many"),
              OptionSpec.flag("all", 'a', "All"))
          .arguments(
              ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Which"),
              ArgumentSpec.many("FILE", ArgumentSpec.Kind.FILE, "From where"));
  private static final List<OptionSpec> GLOBALS =
      List.of(
          OptionSpec.flag("verbose", 'v', "More"),
          OptionSpec.flag("quiet", 'q', "Less"),
          OptionSpec.flag("help", 'h', "Help"),
          OptionSpec.valued("account", 'a', "NAME", "Whose").hidden());

  private static Arguments parse(String... words) {
    return ArgumentParser.parse(SPEC, GLOBALS, words, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o json ds",
        "-ojson ds",
        "-o=json ds",
        "--output-format json ds",
        "--output-format=json ds",
        "ds -o json"
      })
  void aValueMayBeWrittenInEveryUsualWay(String line) {
    Arguments parsed = parse(line.split(" ", -1));
    assertThat(parsed.value("output-format")).isEqualTo("json");
    assertThat(parsed.positionals()).containsExactly("ds");
  }

  @Test
  void flagsMayShareAWordAndBeRepeated() {
    Arguments parsed = parse("-vqv", "ds");
    assertThat(parsed.count("verbose")).isEqualTo(2);
    assertThat(parsed.has("quiet")).isTrue();
    assertThat(parsed.has("all")).isFalse();
  }

  @Test
  void theLastOfTwoValuesCounts() {
    assertThat(parse("-n", "1", "-n", "2", "ds").number("num-records", 9, 0)).isEqualTo(2);
    assertThat(parse("ds").number("num-records", 9, 0)).isEqualTo(9);
  }

  @Test
  void anOptionOfTheCommandHidesAGlobalOneWithItsLetter() {
    Arguments parsed = parse("-a", "ds");
    assertThat(parsed.has("all")).isTrue();
    assertThat(parsed.has("account")).isFalse();
  }

  @Test
  void wordsAfterTwoDashesAreArguments() {
    assertThat(parse("ds", "--", "-v", "--all").positionals()).containsExactly("ds", "-v", "--all");
    assertThat(parse("ds", "-").positionals()).containsExactly("ds", "-");
  }

  @Test
  void aNegativeNumberIsAValue() {
    assertThat(parse("-n", "-5", "ds").value("num-records")).isEqualTo("-5");
    assertThatThrownBy(() -> parse("-n", "-5", "ds").number("num-records", 0, 0))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("at least 0");
  }

  @Test
  void anUnknownOptionNamesTheNearest() {
    assertThatThrownBy(() -> parse("--output-fromat", "json", "ds"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.getMessage()).isEqualTo("Unknown option '--output-fromat'");
              assertThat(e.tip()).isEqualTo("did you mean '--output-format'?");
              assertThat(e.usage()).isEqualTo("catchwater take [OPTIONS] <DATASET> [FILE]...");
            });
    assertThatThrownBy(() -> parse("--something-else", "ds"))
        .isInstanceOfSatisfying(UsageException.class, e -> assertThat(e.tip()).isNull());
    assertThatThrownBy(() -> parse("-x", "ds")).hasMessage("Unknown option '-x'");
  }

  @Test
  void hiddenOptionsAreTakenAndNeverSuggested() {
    assertThat(parse("--account", "me", "ds").value("account")).isEqualTo("me");
    assertThatThrownBy(() -> parse("--acount", "me", "ds"))
        .isInstanceOfSatisfying(UsageException.class, e -> assertThat(e.tip()).isNull());
  }

  @Test
  void aValueOutsideTheChoicesNamesThem() {
    assertThatThrownBy(() -> parse("-o", "tabel", "ds"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.getMessage()).contains("'tabel'", "json, table");
              assertThat(e.tip()).isEqualTo("did you mean 'table'?");
            });
  }

  @Test
  void whatIsMissingOrTooMuchIsNamed() {
    assertThatThrownBy(() -> parse("-v")).hasMessage("The argument <DATASET> is missing");
    assertThatThrownBy(() -> parse("ds", "-o")).hasMessageContaining("A value is required");
    assertThatThrownBy(() -> parse("ds", "-o", "--all"))
        .hasMessageContaining("A value is required");
    assertThatThrownBy(() -> parse("ds", "--all=yes")).hasMessageContaining("takes no value");
    CommandSpec one =
        CommandSpec.of("one", "", "").arguments(ArgumentSpec.one("X", ArgumentSpec.Kind.TEXT, "x"));
    assertThatThrownBy(() -> ArgumentParser.parse(one, GLOBALS, new String[] {"a", "b"}, 0))
        .hasMessage("Unexpected argument 'b'");
  }

  @Test
  void helpNeedsNoArguments() {
    assertThat(parse("--help").has("help")).isTrue();
  }

  @Test
  void suggestionsAreNearOrNone() {
    List<String> names = List.of("ingest", "inspect schema", "init", "list", "log");
    assertThat(Suggestion.nearest("ingset", names)).isEqualTo("ingest");
    assertThat(Suggestion.nearest("INGEST", names)).isEqualTo("ingest");
    assertThat(Suggestion.nearest("ing", names)).isEqualTo("ingest");
    assertThat(Suggestion.nearest("lst", names)).isEqualTo("list");
    assertThat(Suggestion.nearest("frobnicate", names)).isNull();
    assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
  }
}
