package dev.catchwater.ingest.prepare;

import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import java.io.Closeable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Runs the SQL steps of a push source over the rows that its read step made (odf-format §13). The
/// engine lies in a module above this one; a push is given this port.
public interface Preprocess {
  /// Where no engine is at hand: every source with steps is refused.
  Preprocess NONE =
      new Preprocess() {
        @Override
        public void check(String source, Transform steps, @Nullable DataSchema columns) {
          throw refused(source);
        }

        @Override
        public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
          throw refused(source);
        }

        private CatchwaterException refused(String source) {
          return CatchwaterException.of(
                  ErrorCode.UNSUPPORTED,
                  "Source '" + source + "' has a preprocess step, which is not run here")
              .withHint("push rows that are already in their final form to a source without one");
        }
      };

  /// Refuses steps that no push could be run with: what does not parse, what would do more than
  /// compute, columns that are not there.
  ///
  /// @param source the source's name for messages
  /// @param columns what the read step makes, or null where only the data will tell
  /// @throws CatchwaterException `BAD_SQL`, `SQL_NOT_ALLOWED` or `UNSUPPORTED`, with the step and
  ///   the place in it
  void check(String source, Transform steps, @Nullable DataSchema columns);

  /// The rows after the last step. All rows are taken in before the first one comes out, or its
  /// schema is known, unless each step looks at one row at a time. Timestamps are in milliseconds
  /// and UTC, as those of `rows`.
  ///
  /// The reader returned closes `rows`, and counts what `rows` counts.
  ///
  /// @param folder an empty folder for what does not fit into memory, removed by its owner
  PreparedRows open(String source, Transform steps, RowReader rows, Path folder);

  /// The same for pushes that follow each other: what can be used again is kept until it is closed.
  /// Used by one push at a time.
  default Session session() {
    Preprocess each = this;
    return new Session() {
      @Override
      public void check(String source, Transform steps, @Nullable DataSchema columns) {
        each.check(source, steps, columns);
      }

      @Override
      public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
        return each.open(source, steps, rows, folder);
      }

      @Override
      public void close() {}
    };
  }

  /// What keeps between pushes.
  interface Session extends Preprocess, Closeable {
    @Override
    void close();
  }
}
