package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// How a command ended and what it printed.
record Outcome(String command, int exit, String out, String err) {

  /// Fails the test if the command did not end with 0.
  Outcome succeeded() {
    assertThat(exit).as("%s%n%s%n%s", command, out, err).isZero();
    return this;
  }

  /// Fails the test if the command did not end with 1 and an error.
  Outcome refused() {
    assertThat(exit).as("%s%n%s%n%s", command, out, err).isEqualTo(1);
    assertThat(err).contains("Error:");
    assertThat(err).as("an internal error is never an answer").doesNotContain("Exception");
    return this;
  }

  /// Fails the test if the command line itself was not refused.
  Outcome misused() {
    assertThat(exit).as("%s%n%s%n%s", command, out, err).isEqualTo(2);
    return this;
  }

  /// Fails the test if the words are not all on standard error.
  Outcome says(String... words) {
    assertThat(err).as(command).contains(words);
    return this;
  }

  /// Fails the test if one of the words is on standard error.
  Outcome doesNotSay(String... words) {
    assertThat(err).as(command).doesNotContain(words);
    return this;
  }

  /// The lines of standard error.
  List<String> errLines() {
    return err.lines().toList();
  }

  /// The lines of standard output.
  List<String> outLines() {
    return out.lines().toList();
  }
}
