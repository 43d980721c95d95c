package dev.catchwater.query.cage;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.odf.source.Transform.SqlQueryStep;
import dev.catchwater.query.cage.CagedRows.Cages;
import dev.catchwater.query.cage.CagedRows.PieceSize;
import dev.catchwater.query.cage.CagedRows.Taken;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.SqlDatabase.Dialect;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.Step;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The SQL steps of push sources, run by DuckDB in a cage of their own for each push. Thread-safe.
public final class CagedPreprocess implements Preprocess {
  private final Disk disk;
  private final CageLimits limits;
  private final PieceSize pieceSize;

  public CagedPreprocess(Disk disk, CageLimits limits) {
    this(disk, limits, PieceSize.DEFAULT);
  }

  /// The same with pieces of another size.
  CagedPreprocess(Disk disk, CageLimits limits, PieceSize pieceSize) {
    this.disk = disk;
    this.limits = limits;
    this.pieceSize = pieceSize;
  }

  @Override
  public void check(String source, Transform steps, @Nullable DataSchema columns) {
    try {
      Path folder = Files.createTempDirectory("catchwater-");
      try {
        check(new OwnCages(limits), request(source, steps, folder, limits), columns);
      } finally {
        // A check runs nothing, so nothing lies there; if it does, it is the system's to clean.
        disk.delete(folder);
      }
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "No folder for SQL could be made: " + e.getMessage())
          .withCause(e);
    }
  }

  /// Looks at steps in a cage.
  static void check(Cages cages, Steps.Request request, @Nullable DataSchema columns) {
    List<StepColumn> input = columns == null ? null : DuckColumns.of(columns);
    Taken taken = cages.take(request.folder());
    boolean isWell = false;
    try {
      taken.cage().ask(request.in(taken.folder()).over(input));
      isWell = true;
    } catch (CatchwaterException e) {
      isWell = Cage.isWell(e);
      throw e;
    } finally {
      if (isWell) {
        cages.give(taken);
      } else {
        cages.drop(taken);
      }
    }
  }

  @Override
  public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
    return open(new OwnCages(limits), source, steps, rows, folder);
  }

  @Override
  public Session session() {
    return new KeptCage();
  }

  private PreparedRows open(
      Cages cages, String source, Transform steps, RowReader rows, Path folder) {
    return new CagedRows(disk, cages, pieceSize, request(source, steps, folder, limits), rows);
  }

  /// What a cage is asked for the steps of a source, without columns and files.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` for another engine, or tables at a time
  static Steps.Request request(String source, Transform steps, Path folder, CageLimits limits) {
    return new Steps.Request(
        dialect(source, steps), steps(source, steps), null, null, null, folder, limits.engine());
  }

  /// A cage for each who asks.
  private record OwnCages(CageLimits limits) implements Cages {
    @Override
    public Taken take(Path folder) {
      return new Taken(Cage.start(limits, folder), folder);
    }

    @Override
    public void give(Taken taken) {
      taken.cage().close();
    }

    @Override
    public void drop(Taken taken) {
      taken.cage().close();
    }
  }

  /// One cage for all who ask one after the other.
  private final class KeptCage implements Session, Cages {
    private @Nullable Cage idle;

    @Override
    public void check(String source, Transform steps, @Nullable DataSchema columns) {
      CagedPreprocess.this.check(source, steps, columns);
    }

    @Override
    public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
      return CagedPreprocess.this.open(this, source, steps, rows, folder);
    }

    @Override
    public synchronized Taken take(Path folder) {
      Cage kept = idle;
      idle = null;
      if (kept != null && kept.isAlive()) {
        return new Taken(kept, folder);
      }
      if (kept != null) {
        kept.close();
      }
      return new Taken(Cage.start(limits, folder), folder);
    }

    @Override
    public synchronized void give(Taken taken) {
      Cage before = idle;
      idle = taken.cage();
      if (before != null) {
        before.close();
      }
    }

    @Override
    public void drop(Taken taken) {
      taken.cage().close();
    }

    @Override
    public synchronized void close() {
      Cage kept = idle;
      idle = null;
      if (kept != null) {
        kept.close();
      }
    }
  }

  private static Dialect dialect(String source, Transform steps) {
    if (steps.temporalTables() != null && !steps.temporalTables().isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED,
              "Source '" + source + "' has temporalTables, which no engine here knows")
          .withHint("leave them out: a push has one input and no time");
    }
    return switch (steps.engine().toLowerCase(Locale.ROOT)) {
      case "datafusion" -> Dialect.DATAFUSION;
      case "duckdb" -> Dialect.DUCKDB;
      default ->
          throw CatchwaterException.of(
                  ErrorCode.UNSUPPORTED,
                  "Source '"
                      + source
                      + "' wants the engine "
                      + steps.engine()
                      + ", which is not run here")
              .withHint("datafusion and duckdb are; both names mean DuckDB");
    };
  }

  private static List<Step> steps(String source, Transform transform) {
    List<Step> steps = new ArrayList<>();
    List<SqlQueryStep> queries = transform.queries();
    if (queries == null || queries.isEmpty()) {
      String query = transform.query();
      queries = query == null ? List.of() : List.of(new SqlQueryStep(null, query));
    }
    for (int i = 0; i < queries.size(); i++) {
      String alias = queries.get(i).alias();
      String place =
          "preprocess of "
              + source
              + ", query "
              + (i + 1)
              + (alias == null ? "" : " (" + alias + ")");
      steps.add(new Step(alias, place, queries.get(i).query()));
    }
    return steps;
  }
}
