package dev.catchwater.query.cage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.cage.CageMessages.Answer;
import dev.catchwater.query.cage.CageMessages.Ask;
import dev.catchwater.query.cage.CageMessages.Look;
import dev.catchwater.query.cage.CageMessages.Message;
import dev.catchwater.query.cage.CageMessages.Open;
import dev.catchwater.query.cage.CageMessages.Run;
import dev.catchwater.query.cage.CageMessages.Select;
import dev.catchwater.query.sql.LocalSqlEngine;
import dev.catchwater.query.sql.SqlDatabase;
import dev.catchwater.query.sql.SqlEngine;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.sql.Steps;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The process inside a cage: answers one message after the other on its standard streams. It ends
/// when its standard input does, also in the middle of a statement: then its parent is gone.
public final class CageMain {
  /// The argument that makes it answer something by itself, so that a cache of its classes can be
  /// made.
  static final String TRAIN = "train";

  private @Nullable Steps kept;
  private @Nullable Answer keptAnswer;
  private @Nullable SqlEngine engine;
  private @Nullable SqlEngine done;
  private @Nullable Look last;

  private CageMain() {}

  /// Answers until the end of standard input.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 2 && arguments[0].equals(TRAIN)) {
      train(Path.of(arguments[1]));
      return;
    }
    LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readInto(messages), "requests");
    reader.setDaemon(true);
    reader.start();
    CageMain cage = new CageMain();
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    while (true) {
      cage.answer(messages.take(), out);
      cage.makeReady();
    }
  }

  private static void train(Path folder) throws IOException {
    List<Steps.StepColumn> input = List.of(new Steps.StepColumn("x", "BIGINT", true));
    List<Steps.Step> steps =
        List.of(
            new Steps.Step("doubled", "query 1", "SELECT x * 2 AS x FROM input"),
            new Steps.Step(null, "query 2", "SELECT CAST(x AS VARCHAR) AS x FROM doubled"));
    SqlLimits limits = SqlLimits.defaults();
    Steps.Request request =
        new Steps.Request(SqlDatabase.Dialect.DATAFUSION, steps, input, null, null, folder, limits);
    CageMain cage = new CageMain();
    SqlText text = SqlText.split(null, "SELECT 1 AS x").getFirst();
    Path result = folder.resolve("trained.parquet");
    SqlPlan plan = new SqlPlan(text, Set.of(), List.of(), List.of(), result, SqlPlan.Window.ALL);
    for (Message message :
        List.of(
            new Ask(request),
            new Open(request),
            new Run(null),
            new Look(text.source(), limits, folder),
            new Select(plan))) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      CageMessages.write(new DataOutputStream(sent), message);
      Message received =
          CageMessages.read(new DataInputStream(new ByteArrayInputStream(sent.toByteArray())));
      cage.answer(received, new DataOutputStream(OutputStream.nullOutputStream()));
    }
  }

  private static void readInto(LinkedBlockingQueue<Message> messages) {
    try (DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in))) {
      while (true) {
        messages.add(CageMessages.read(in));
      }
    } catch (IOException | RuntimeException e) {
      // The pipe is closed, or what came through it is no request: nobody to answer.
      Runtime.getRuntime().halt(0);
    }
  }

  private void answer(Message message, DataOutputStream out) throws IOException {
    try {
      CageMessages.writeAnswer(out, answer(message));
    } catch (CatchwaterException e) {
      CageMessages.writeFailure(out, e);
    } catch (OutOfMemoryError e) {
      CageMessages.writeFailure(
          out,
          CatchwaterException.of(
              ErrorCode.QUERY_TOO_LARGE, "The statement needs more memory than it may have"));
    } catch (StackOverflowError e) {
      CageMessages.writeFailure(
          out,
          CatchwaterException.of(ErrorCode.QUERY_TOO_LARGE, "The statement is nested too deep"));
    }
  }

  private Answer answer(Message message) {
    if (message instanceof Ask ask) {
      return new Answer(Steps.run(ask.request()));
    }
    if (message instanceof Open open) {
      return open(open.request());
    }
    if (message instanceof Look look) {
      return look(look);
    }
    if (message instanceof Select select) {
      return select(select);
    }
    Steps opened = kept;
    if (opened == null || !(message instanceof Run run)) {
      throw new IllegalStateException("nothing to run");
    }
    boolean isDone = false;
    try {
      Answer answer = new Answer(opened.run(run.choice()));
      isDone = true;
      return answer;
    } finally {
      if (!isDone) {
        close(); // nobody knows what state it left the engine in
      }
    }
  }

  /// Those of the push before, and what was said of them, if they are asked for again.
  private Answer open(Steps.Request request) {
    Steps before = kept;
    Answer known = keptAnswer;
    if (before != null && known != null && before.isOf(request)) {
      return known;
    }
    close();
    Steps opened = Steps.open(request);
    kept = opened;
    boolean areRowWise = opened.areRowWise();
    Answer answer = new Answer(List.of(), areRowWise, areRowWise ? opened.passing() : null, null);
    keptAnswer = answer;
    return answer;
  }

  private Answer look(Look look) {
    SqlEngine used = engine;
    if (used == null) {
      used = LocalSqlEngine.open(look.limits(), look.folder());
      engine = used;
      last = look;
    }
    if (look.sql().isEmpty()) {
      return new Answer(List.of());
    }
    List<SqlText> statements = SqlText.split(null, look.sql());
    if (statements.size() != 1) {
      throw new IllegalStateException("one statement is looked at");
    }
    return new Answer(List.of(), false, null, used.look(statements.getFirst()));
  }

  private Answer select(Select select) {
    SqlEngine used = engine;
    engine = null;
    if (used == null) {
      throw new IllegalStateException("nothing was looked at");
    }
    done = used;
    used.run(select.plan());
    return new Answer(List.of());
  }

  /// Opens the engine for the next statement while nobody waits, and closes that of the last one.
  private void makeReady() {
    if (done != null) {
      done.close();
      done = null;
    }
    Look look = last;
    if (engine == null && look != null) {
      engine = LocalSqlEngine.open(look.limits(), look.folder());
    }
  }

  private void close() {
    if (kept != null) {
      kept.close();
      kept = null;
      keptAnswer = null;
    }
  }
}
