package dev.catchwater.ingest;

import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the readers of a push saw, input by input. Used by one thread.
final class PushTally {
  private long rows;
  private long bytes;
  private long truncatedTimes;
  private long vanishedNumbers;
  private final Map<String, Long> ignoredFields = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>(0);

  /// Adds an input that has ended.
  void add(ReadCounts seen) {
    rows += seen.rows();
    bytes += seen.bytesRead();
    truncatedTimes += seen.truncatedTimes();
    vanishedNumbers += seen.vanishedNumbers();
    for (Map.Entry<String, Long> field : seen.ignoredFields().entrySet()) {
      Long before = ignoredFields.get(field.getKey());
      ignoredFields.put(field.getKey(), field.getValue() + (before == null ? 0 : before));
    }
  }

  /// Adds rows that were set aside.
  void addRefused(int count) {
    rows += count;
  }

  /// Adds sentences of SQL steps.
  void note(Collection<String> sentences) {
    notes.addAll(sentences);
  }

  long rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  long truncatedTimes() {
    return truncatedTimes;
  }

  Map<String, Long> ignoredFields() {
    return ignoredFields;
  }

  List<String> warnings(List<PushInput> inputs) {
    List<String> warnings = new ArrayList<>(notes);
    for (int i = 0; i < inputs.size(); i++) {
      String name = inputs.get(i).name();
      for (int j = 0; j < i; j++) {
        if (name != null && name.equals(inputs.get(j).name())) {
          warnings.add("The file " + name + " was given more than once");
          break;
        }
      }
    }
    if (vanishedNumbers > 0) {
      warnings.add(vanished(vanishedNumbers));
    }
    return warnings;
  }

  static String vanished(long numbers) {
    return numbers + " numbers were too small for their column and became 0";
  }
}
