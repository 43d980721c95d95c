package dev.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./catchwater` with a JDK and a launch file that only say what they were told: nothing is built.
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../catchwater").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path home = Path.of("");

  @BeforeEach
  void aPreparedCloneInAFolderWithASpace() throws IOException {
    home = Files.createDirectories(folder.resolve("a clone"));
    Files.copy(LAUNCHER, home.resolve("catchwater"));
    assertThat(home.resolve("catchwater").toFile().setExecutable(true)).isTrue();
    Path jdk = home.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\n");
    assertThat(jdk.resolve("bin/java").toFile().setExecutable(true)).isTrue();
    Files.writeString(jdk.resolve("release"), "JAVA_RUNTIME_VERSION=\"25+1\"\n");
    Path build = Files.createDirectories(home.resolve(".build"));
    Files.writeString(
        build.resolve("launch"),
        """
        cw_home='HOME'
        cw_jdk='HOME/jdk'
        cw_jdk_version='25+1'
        cw_caches=
        cw_start_quick() { printf '%s|' "$cw_cache" "$@"; cat; }
        cw_start_hashing() { printf '%s|' "$cw_cache" hashing "$@"; cat; }
        cw_start_verifying() { printf '%s|' "$cw_cache" verifying "$@"; cat; }
        """
            .replace("HOME", home.toString()));
    Path tools = Files.createDirectories(home.resolve("tools"));
    Files.writeString(tools.resolve("prepare-launch.sh"), "echo prepared\nexit 1\n");
  }

  private String run(String script) throws IOException, InterruptedException {
    return FreshProcess.run(folder, List.of("sh", "-c", script)).text();
  }

  @Test
  void wordsArePassedOnAsTheyAre() throws IOException, InterruptedException {
    assertThat(run("'a clone/catchwater' ingest 'my file' \"it's\" '*' </dev/null"))
        .isEqualTo("hot|hashing|ingest|my file|it's|*|");
  }

  @Test
  void theCacheIsTheOneOfTheCommand() throws IOException, InterruptedException {
    assertThat(run("'a clone/catchwater' -q tail gps </dev/null")).startsWith("hot|-q|");
    assertThat(run("'a clone/catchwater' list </dev/null")).startsWith("all|list|");
    assertThat(run("'a clone/catchwater' log ingest </dev/null")).startsWith("all|log|");
  }

  @Test
  void commandsThatHashMuchKeepTheCompilerForIt() throws IOException, InterruptedException {
    assertThat(run("'a clone/catchwater' -q ingest gps </dev/null")).startsWith("hot|hashing|");
    assertThat(run("echo 1 >'a row'; 'a clone/catchwater' ingest gps 'a row' </dev/null"))
        .isEqualTo("hot|ingest|gps|a row|");
    assertThat(run("'a clone/catchwater' ingest gps 'a row' 'a row' </dev/null"))
        .startsWith("hot|hashing|");
    assertThat(
            run("head -c 2000000 /dev/zero >big; 'a clone/catchwater' ingest gps big </dev/null"))
        .startsWith("hot|hashing|");
    assertThat(run("'a clone/catchwater' pull gps </dev/null")).startsWith("all|hashing|");
    assertThat(run("'a clone/catchwater' verify gps </dev/null")).startsWith("all|verifying|");
  }

  @Test
  void aLinkFromAnywhereWorks() throws IOException, InterruptedException {
    assertThat(run("ln -s 'a clone/catchwater' one && ln -s one two && ./two list </dev/null"))
        .isEqualTo("all|list|");
  }

  @Test
  void aClosedStandardInputIsEmpty() throws IOException, InterruptedException {
    assertThat(run("'a clone/catchwater' list <&-")).isEqualTo("all|list|");
  }

  @Test
  void anotherJdkOrAnotherPlacePreparesAnew() throws IOException, InterruptedException {
    assertThat(run("mv 'a clone' moved && moved/catchwater list </dev/null; echo $?"))
        .isEqualTo("prepared\n1\n");
    assertThat(run("mv moved 'a clone' && 'a clone/catchwater' list </dev/null"))
        .isEqualTo("all|list|");
    Files.writeString(home.resolve("jdk/release"), "JAVA_RUNTIME_VERSION=\"25+2\"\n");
    assertThat(run("'a clone/catchwater' list </dev/null; echo $?")).isEqualTo("prepared\n1\n");
  }
}
