package dev.catchwater.query.cage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.sql.SqlDatabase;
import dev.catchwater.query.sql.SqlLimits;
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
import java.util.concurrent.LinkedBlockingQueue;

/// The process inside a cage: answers one request after the other on its standard streams. It ends
/// when its standard input does, also in the middle of a statement: then its parent is gone.
public final class CageMain {
  /// The argument that makes it answer something by itself, so that a cache of its classes can be
  /// made.
  static final String TRAIN = "train";

  private CageMain() {}

  /// Answers until the end of standard input.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 2 && arguments[0].equals(TRAIN)) {
      train(Path.of(arguments[1]));
      return;
    }
    LinkedBlockingQueue<Steps.Request> requests = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readInto(requests), "requests");
    reader.setDaemon(true);
    reader.start();
    SqlDatabase.warmUp();
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    while (true) {
      answer(requests.take(), out);
    }
  }

  private static void train(Path folder) throws IOException {
    SqlDatabase.warmUp();
    List<Steps.StepColumn> input = List.of(new Steps.StepColumn("x", "BIGINT", true));
    List<Steps.Step> steps =
        List.of(
            new Steps.Step("doubled", "query 1", "SELECT x * 2 AS x FROM input"),
            new Steps.Step(null, "query 2", "SELECT CAST(x AS VARCHAR) AS x FROM doubled"));
    SqlLimits limits = SqlLimits.defaults();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    CageMessages.writeRequest(
        new DataOutputStream(sent),
        new Steps.Request(
            SqlDatabase.Dialect.DATAFUSION, steps, input, null, null, folder, limits));
    Steps.Request check =
        CageMessages.readRequest(new DataInputStream(new ByteArrayInputStream(sent.toByteArray())));
    answer(check, new DataOutputStream(OutputStream.nullOutputStream()));
  }

  private static void readInto(LinkedBlockingQueue<Steps.Request> requests) {
    try (DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in))) {
      while (true) {
        requests.add(CageMessages.readRequest(in));
      }
    } catch (IOException | RuntimeException e) {
      // The pipe is closed, or what came through it is no request: nobody to answer.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void answer(Steps.Request request, DataOutputStream out) throws IOException {
    try {
      CageMessages.writeAnswer(out, Steps.run(request));
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
}
