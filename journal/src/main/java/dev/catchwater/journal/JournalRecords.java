package dev.catchwater.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records of a journal as it was found, oldest first, each read when it is asked for. Records
/// that are released or appended meanwhile change nothing. Not thread-safe.
public final class JournalRecords implements Closeable {
  private final List<Survey.Span> spans;
  private final Survey survey;
  private int index;
  private boolean isStarted;

  JournalRecords(Survey survey) {
    this.survey = survey;
    this.spans = survey.segments();
  }

  /// The sequence of the last record, 0 if there is none.
  public long last() {
    return survey.last();
  }

  /// The next record, or null behind the last one.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException if the disk fails or a record has changed
  ///   since the journal was looked through
  public @Nullable JournalRecord next() {
    while (index < spans.size()) {
      Survey.Span span = spans.get(index);
      try {
        if (!isStarted) {
          span.reader().rewind();
          isStarted = true;
        }
        if (span.reader().last() < span.last()) {
          JournalRecord record = span.reader().next();
          if (record == null) {
            throw JournalFailure.corrupt(
                span.reader().file(),
                "Record " + (span.reader().last() + 1) + " has changed while it was read");
          }
          return record;
        }
        span.reader().close();
      } catch (IOException e) {
        throw JournalFailure.of(span.reader().file(), e);
      }
      index++;
      isStarted = false;
    }
    return null;
  }

  /// Closes the files.
  @Override
  public void close() {
    for (Survey.Span span : spans) {
      Path file = span.reader().file();
      try {
        span.reader().close();
      } catch (IOException e) {
        throw JournalFailure.of(file, e);
      }
    }
    index = spans.size();
  }
}
