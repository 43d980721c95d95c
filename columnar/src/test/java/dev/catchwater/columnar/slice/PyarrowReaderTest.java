package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// pyarrow accepts every kind of slice we write, and reads the same values and bounds.
class PyarrowReaderTest {
  @Test
  void pyarrowReadsEveryKindOfSlice(@TempDir Path folder) throws Exception {
    Path module = Path.of("").toAbsolutePath();
    Path python = module.resolveSibling(".venv/bin/python");
    assumeTrue(
        Files.isExecutable(python),
        "needs .venv, which ./test makes: pyarrow has not read the slices");
    SliceSamples.write(folder);
    Process process =
        new ProcessBuilder(
                python.toString(),
                module.resolve("src/test/python/check_slices.py").toString(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines()).hasSizeGreaterThan(8);
  }
}
