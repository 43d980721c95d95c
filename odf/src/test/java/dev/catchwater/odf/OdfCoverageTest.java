package dev.catchwater.odf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The coverage table names every event, field, kind and type that the code has, and no other.
class OdfCoverageTest {
  private static final Path TABLE =
      Golden.ROOT.resolve("../../../../../docs/reference/odf-coverage.md").normalize();

  private static List<String> rows(String section) throws IOException {
    String text = Files.readString(TABLE);
    int start = text.indexOf("## " + section + "\n");
    assertThat(start).as(section).isNotNegative();
    int end = text.indexOf("\n## ", start + 1);
    List<String> rows = new ArrayList<>();
    for (String line : text.substring(start, end < 0 ? text.length() : end).split("\n", -1)) {
      if (line.startsWith("| ")) {
        rows.add(line);
      }
    }
    return rows.subList(1, rows.size());
  }

  private static String cell(String row, int index) {
    return row.split("\\|", -1)[index + 1].strip();
  }

  private static List<String> components(Class<?> record) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      names.add(component.getName());
    }
    return names;
  }

  @Test
  void everyFieldOfEveryEventIsNamed() throws IOException {
    Set<String> inCode = new HashSet<>();
    for (Class<?> event : MetadataEvent.class.getPermittedSubclasses()) {
      List<String> fields = components(event);
      for (String field : fields.isEmpty() ? List.of("–") : fields) {
        inCode.add(event.getSimpleName() + "." + field);
      }
    }
    List<String> inTable = new ArrayList<>();
    for (String row : rows("Events")) {
      inTable.add(cell(row, 0) + "." + cell(row, 1));
      assertThat(cell(row, 2)).startsWith("yes");
    }
    assertThat(inTable).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(inCode);
  }

  @Test
  void everyKindOfASourceIsNamed() throws IOException {
    List<Class<?>> kinds = new ArrayList<>(List.of(ReadStep.class.getPermittedSubclasses()));
    kinds.addAll(List.of(MergeStrategy.class.getPermittedSubclasses()));
    List<String> inCode = new ArrayList<>();
    for (Class<?> kind : kinds) {
      List<String> fields = components(kind);
      String joined = fields.isEmpty() ? "–" : String.join(", ", fields);
      inCode.add(kind.getSimpleName() + ": " + joined);
    }
    inCode.add("Sql: " + String.join(", ", components(Transform.class)));
    List<String> inTable = new ArrayList<>();
    for (String row : rows("Read steps, merge strategies, transforms")) {
      inTable.add(cell(row, 0) + ": " + cell(row, 1));
    }
    assertThat(inTable).containsExactlyInAnyOrderElementsOf(inCode);
  }

  @Test
  void everyTypeIsNamed() throws IOException {
    List<String> inCode = new ArrayList<>();
    for (Scalar scalar : Scalar.values()) {
      inCode.add(scalar.odfName());
    }
    for (Class<?> type : DataType.class.getPermittedSubclasses()) {
      if (type.isRecord()) {
        inCode.add(type.getSimpleName().replaceFirst("Of$", ""));
      }
    }
    List<String> inTable = new ArrayList<>();
    for (String row : rows("Types")) {
      inTable.addAll(List.of(cell(row, 0).split(", ", -1)));
    }
    assertThat(inTable).containsExactlyInAnyOrderElementsOf(inCode);
  }
}
