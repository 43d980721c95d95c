package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Reads the journal of a dataset that somebody else may be writing. Takes no lock and changes
/// nothing.
public final class JournalReader {
  private static final int TRIES_MAX = 100;

  private JournalReader() {}

  /// The records that are there now. Files are forced before they are read, so that what is read
  /// cannot be taken back; they stay open until the records are closed, whatever the writer
  /// releases. Empty, and without cost, where there is no folder. After a force of the writer has
  /// failed another one proves nothing: then only what was durable before is read.
  ///
  /// @param dataset the identity that the segments must have, see [JournalOptions#dataset()]
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if a record that was forced is
  ///   missing or damaged, `UNSUPPORTED` for segments of a later version, `STORAGE_FAILED`
  public static JournalRecords read(Disk disk, Path folder, String dataset) {
    for (int tries = 1; ; tries++) {
      try {
        Survey survey = Survey.of(disk, folder, dataset, true);
        return new JournalRecords(survey.upTo(stoppedAfter(disk.list(folder))));
      } catch (NoSuchFileException e) {
        if (tries == TRIES_MAX) { // the writer released it after the folder was listed
          throw JournalFailure.of(folder, e);
        }
      } catch (IOException e) {
        throw JournalFailure.of(folder, e);
      }
    }
  }

  /// The last record that is known to be durable where a force failed; no limit where none did.
  private static long stoppedAfter(List<String> names) {
    long limit = Long.MAX_VALUE;
    for (String name : names) {
      long durable = SegmentFormat.stoppedAfter(name);
      limit = durable >= 0 ? durable : limit;
    }
    return limit;
  }
}
