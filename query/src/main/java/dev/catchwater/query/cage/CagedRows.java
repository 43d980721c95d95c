package dev.catchwater.query.cage;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.ScratchWriter;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.merge.BatchSize;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rows of a reader after its steps. The cage starts at once, beside the reading; rows go to it
/// and come back as Parquet files in a folder that belongs to this push.
///
/// Steps that look at one row at a time get the rows in pieces: while the cage works at one, the
/// next is written and the one before is taken by who asks. Columns that such steps only hand on
/// stay here ([ColumnChoice]). All others get all rows at once.
final class CagedRows implements PreparedRows {
  private static final int PIECES_AT_FIRST = 3;

  private final Disk disk;
  private final Cages cages;
  private final PieceSize pieceSize;
  private final RowReader rows;
  private final Path next;
  private final Path input;
  private final Path output;
  private final List<String> notes = new ArrayList<>();

  private final Steps.Request steps;

  private @Nullable Taken taken;
  private @Nullable ColumnChoice choice;
  private @Nullable ScratchWriter scratch;
  private @Nullable DataSchema schema;
  private @Nullable PieceResult result;
  private final ArrayDeque<List<RecordBatch>> gathered = new ArrayDeque<>();
  private List<RecordBatch> running = List.of();
  private boolean isAtEnd;
  private boolean isRunning;
  private boolean hasNext;
  private long truncatedTimes;

  /// Where cages come from.
  interface Cages {
    /// One that works at nothing.
    ///
    /// @param folder of the push: its current folder if it is started for this
    Taken take(Path folder);

    /// Gives one back that works at nothing.
    void give(Taken taken);

    /// Ends one that may be at work, or of no use any more.
    void drop(Taken taken);
  }

  /// A cage for a push.
  ///
  /// @param folder where rows are handed over: that of the push, or one that is the cage's own
  record Taken(Cage cage, Path folder) {}

  /// How rows go to the cage.
  ///
  /// @param rows a piece is not extended any more after so many
  /// @param bytes nor after so many bytes of memory
  /// @param keepsColumns whether columns that the steps only hand on are kept here
  record PieceSize(long rows, long bytes, boolean keepsColumns) {
    static final PieceSize DEFAULT = new PieceSize(1 << 16, 12L << 20, true);
  }

  /// Starts.
  ///
  /// @param steps without columns and files
  CagedRows(Disk disk, Cages cages, PieceSize pieceSize, Steps.Request steps, RowReader rows) {
    this.disk = disk;
    this.cages = cages;
    this.pieceSize = pieceSize;
    this.rows = rows;
    Taken ours = cages.take(steps.folder());
    taken = ours;
    this.steps = steps.in(ours.folder());
    next = ours.folder().resolve("next.parquet");
    input = ours.folder().resolve("input.parquet");
    output = ours.folder().resolve("result.parquet");
  }

  @Override
  public DataSchema schema() {
    DataSchema known = schema;
    if (known == null) {
      try {
        known = begin();
      } catch (IOException e) {
        throw failed(e);
      }
      schema = known;
    }
    return known;
  }

  private DataSchema begin() throws IOException {
    DataSchema read = rows.schema();
    if (read.fields().isEmpty()) {
      // Nothing declared and nothing there: no step can be asked anything.
      return read;
    }
    notes.addAll(DuckColumns.notes(read, "the input"));
    cage().send(new CageMessages.Open(steps.over(DuckColumns.of(read), input, output)));
    // As many rows as may be held while the cage starts.
    for (int i = 0; i < PIECES_AT_FIRST; i++) {
      gathered.add(gather());
    }
    CageMessages.Answer opened = answer();
    ColumnChoice chosen = ColumnChoice.of(read, pieceSize.keepsColumns() ? opened.passing() : null);
    choice = chosen;
    scratch = ScratchWriter.of(chosen.sent());
    List<RecordBatch> first = gathered.remove();
    write(first, !opened.areRowWise());
    run(first);
    List<StepColumn> columns = advance();
    return Objects.requireNonNull(result, "advanced").schema(read, columns);
  }

  /// Takes rows for a piece; none at the end.
  private List<RecordBatch> gather() {
    List<RecordBatch> piece = new ArrayList<>();
    long count = 0;
    long bytes = 0;
    while (!isAtEnd && count < pieceSize.rows() && bytes < pieceSize.bytes()) {
      RecordBatch batch = rows.next();
      if (batch == null) {
        isAtEnd = true;
      } else {
        piece.add(batch);
        count += batch.rowCount();
        bytes += BatchSize.of(batch);
      }
    }
    return piece;
  }

  /// Writes a piece, and all rows behind it where the steps must see everything.
  private void write(List<RecordBatch> piece, boolean isEverything) throws IOException {
    ScratchWriter writer = Objects.requireNonNull(scratch, "begun");
    ColumnChoice chosen = Objects.requireNonNull(choice, "begun");
    try (DiskFile file = disk.create(next)) {
      writer.begin(file);
      for (RecordBatch batch : piece) {
        writer.write(chosen.sent(batch));
      }
      while (isEverything && !gathered.isEmpty()) {
        for (RecordBatch batch : gathered.remove()) {
          writer.write(chosen.sent(batch));
        }
      }
      while (isEverything && !isAtEnd) {
        RecordBatch batch = rows.next();
        if (batch == null) {
          isAtEnd = true;
        } else {
          writer.write(chosen.sent(batch));
        }
      }
      writer.finish();
    }
    hasNext = true;
  }

  /// Has the cage work at the piece that was written.
  private void run(List<RecordBatch> piece) throws IOException {
    disk.rename(next, input);
    hasNext = false;
    isRunning = true;
    running = piece;
    cage().send(new CageMessages.Run(Objects.requireNonNull(choice, "begun").asked()));
  }

  /// Opens the result of the piece that the cage works at, and gives it the next.
  private List<StepColumn> advance() throws IOException {
    List<RecordBatch> following = gathered.isEmpty() ? gather() : gathered.remove();
    if (!following.isEmpty()) {
      write(following, false);
    }
    List<StepColumn> columns = answer().columns();
    isRunning = false;
    PieceResult before = result;
    ColumnChoice chosen = Objects.requireNonNull(choice, "begun");
    SliceReader opened = SliceReader.open(disk.openForRead(output));
    result = new PieceResult(opened, chosen, chosen.keepsNone() ? List.of() : running);
    // An open file can be read after it has lost its name.
    disk.delete(output);
    if (hasNext) {
      run(following);
    } else {
      disk.delete(input);
      giveBack();
    }
    if (before != null) {
      before.close();
      before.requireSame(opened.schema());
    }
    return columns;
  }

  private Cage cage() {
    return Objects.requireNonNull(taken, "not given back").cage();
  }

  private void giveBack() {
    cages.give(Objects.requireNonNull(taken, "given back once"));
    taken = null;
  }

  /// What the cage answers. One that refuses the steps or a row is as good as before.
  private CageMessages.Answer answer() {
    try {
      return cage().answer();
    } catch (CatchwaterException e) {
      if (Cage.isWell(e) && removeFiles()) {
        giveBack();
      }
      throw e;
    }
  }

  private boolean removeFiles() {
    try {
      disk.delete(next);
      disk.delete(input);
      disk.delete(output);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public @Nullable RecordBatch next() {
    DataSchema known = schema();
    try {
      RecordBatch batch = nextOfPiece(known);
      while (batch == null && isRunning) {
        advance();
        batch = nextOfPiece(known);
      }
      return batch;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private @Nullable RecordBatch nextOfPiece(DataSchema known) throws IOException {
    PieceResult from = result;
    if (from == null) {
      return null;
    }
    RecordBatch batch = from.next(known);
    truncatedTimes += from.takeTruncatedTimes();
    return batch;
  }

  private static CatchwaterException failed(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return CatchwaterException.of(
            reason.contains("No space left") ? ErrorCode.DISK_FULL : ErrorCode.STORAGE_FAILED,
            "The rows for the SQL of the source could not be put aside: " + reason)
        .withHint("nothing was changed")
        .withCause(e);
  }

  @Override
  public ReadCounts counts() {
    ReadCounts seen = rows.counts();
    return truncatedTimes == 0
        ? seen
        : new ReadCounts(
            seen.rows(),
            seen.ignoredFields(),
            seen.truncatedTimes() + truncatedTimes,
            seen.vanishedNumbers(),
            seen.bytesRead());
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() {
    Taken ours = taken;
    if (ours != null) {
      cages.drop(ours);
    }
    ScratchWriter writer = scratch;
    if (writer != null) {
      writer.close();
    }
    rows.close();
    PieceResult open = result;
    if (open != null) {
      open.close();
    }
  }
}
