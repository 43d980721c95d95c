package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Slices written by kamu 0.265 hash to what kamu's blocks say.
class GoldenSliceTest {
  @TestFactory
  Stream<DynamicTest> everyGoldenSliceHashesAsItsBlockSays() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> datasets = Files.list(Golden.folder())) {
      for (Path dataset : datasets.filter(Files::isDirectory).sorted().toList()) {
        Map<String, String> logical = logicalHashes(dataset.resolve("log.txt"));
        try (Stream<Path> slices = Files.list(dataset.resolve("dataset/data"))) {
          for (Path slice : slices.sorted().toList()) {
            String name = slice.getFileName().toString();
            tests.add(
                DynamicTest.dynamicTest(
                    dataset.getFileName() + "/" + name.substring(0, 12),
                    () -> {
                      assertThat(logicalHash(slice).toString()).isEqualTo(logical.get(name));
                      assertThat(Multihash.sha3(Files.readAllBytes(slice)).toString())
                          .isEqualTo(name);
                    }));
          }
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static Multihash logicalHash(Path slice) throws IOException {
    try (SliceReader reader = SliceReader.open(new LocalDisk().openForRead(slice))) {
      LogicalHasher hasher = new LogicalHasher(reader.schema());
      SliceRows rows = reader.read(0, Long.MAX_VALUE, null);
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        hasher.update(batch);
      }
      return hasher.finish();
    }
  }

  private static Map<String, String> logicalHashes(Path log) throws IOException {
    Map<String, String> hashes = new HashMap<>();
    String logical = "";
    for (String line : Files.readAllLines(log)) {
      String text = line.strip();
      if (text.startsWith("LogicalHash: ")) {
        logical = text.substring(13);
      } else if (text.startsWith("PhysicalHash: ")) {
        hashes.put(text.substring(14), logical);
      }
    }
    return hashes;
  }
}
