package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What the tests of journals share.
final class Journals {
  static final Path FOLDER = Path.of("/w/journal/did");
  static final String DATASET = "did:odf:fed01";

  /// Small segments, so that few records fill several.
  static final JournalOptions SMALL = new JournalOptions(DATASET, 12_288, 49_152, 1_000);

  private Journals() {}

  static Journal open(Disk disk) {
    return open(disk, FOLDER);
  }

  static Journal open(Disk disk, Path folder) {
    return Journal.open(disk, folder, SMALL, new SplittableRandom(7));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A payload that can be told from every other.
  static byte[] payload(long sequence, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(sequence).nextBytes(bytes);
    return bytes;
  }

  /// The records as text, `1:a`.
  static List<String> texts(JournalRecords records) {
    List<String> texts = new ArrayList<>();
    for (JournalRecord record : all(records)) {
      texts.add(record.sequence() + ":" + new String(record.payload(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  /// All records; closes them.
  static List<JournalRecord> all(JournalRecords records) {
    try (records) {
      List<JournalRecord> all = new ArrayList<>();
      for (JournalRecord record = records.next(); record != null; record = records.next()) {
        all.add(record);
      }
      return all;
    }
  }

  static List<String> read(Disk disk) {
    return texts(JournalReader.read(disk, FOLDER, DATASET));
  }
}
