package dev.catchwater.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.odf.source.ReadStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The readers of files that are not text. The first byte of an input chooses source and options.
class FileFuzzTest {
  private static final ReadStep[] PARQUET = {
    new ReadStep.Parquet(null, null),
    new ReadStep.Parquet(null, Schemas.MANY),
    new ReadStep.Parquet(null, Schemas.RARE)
  };

  private static final ReadStep[] SHAPEFILE = {
    new ReadStep.EsriShapefile(null, null, null),
    new ReadStep.EsriShapefile(null, null, Schemas.FEATURE),
    new ReadStep.EsriShapefile(null, "a/b.shp", null)
  };

  private static final ReadStep PACKED = new ReadStep.NdJson(null, null, null, null, Schemas.MANY);

  @FuzzTest
  void parquet(byte[] input) {
    read(PARQUET, input);
  }

  /// The archive as a whole.
  @FuzzTest
  void shapefile(byte[] input) {
    read(SHAPEFILE, input);
  }

  /// What is in the archive: the sums of an archive stop damage that is in one, so the archive is
  /// made around the input. Two bytes each say how long shapes and table are; the rest names the
  /// encoding.
  @FuzzTest
  void shapes(byte[] input) {
    if (input.length < 5) {
      return;
    }
    int shapes = 5 + Math.min(length(input, 1), input.length - 5);
    int table = shapes + Math.min(length(input, 3), input.length - shapes);
    List<StoredZip.Part> parts = new ArrayList<>();
    parts.add(new StoredZip.Part("a.shp", Arrays.copyOfRange(input, 5, shapes)));
    parts.add(new StoredZip.Part("a.dbf", Arrays.copyOfRange(input, shapes, table)));
    if (table < input.length) {
      parts.add(new StoredZip.Part("a.cpg", Arrays.copyOfRange(input, table, input.length)));
    }
    ReadStep step = SHAPEFILE[input[0] & 1];
    Rows.read(step, null, MemoryInput.of(StoredZip.of(parts)), input[0] >> 1);
  }

  private static int length(byte[] input, int at) {
    return (input[at] & 0xFF) << 8 | (input[at + 1] & 0xFF);
  }

  /// Text behind gzip or zstd.
  @FuzzTest
  void packed(byte[] input) {
    Rows.read(PACKED, null, MemoryInput.of(input), 0);
  }

  private static void read(ReadStep[] steps, byte[] input) {
    if (input.length == 0) {
      return;
    }
    int choice = input[0] & 0xFF;
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    Rows.read(steps[(choice >> 2) % steps.length], null, MemoryInput.of(rest), choice);
  }
}
