package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.PushProgress;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.seal.SourcePositions;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `ingest`
final class IngestCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "ingest",
            "Push rows into a dataset",
            "Reads files or standard input the way the dataset's push source says, merges the rows"
                + " with what the dataset holds and adds what is new. Several files are one"
                + " command: all of them are added, each in a block of its own, or none. One bad"
                + " row refuses the whole push, with its file, line and column, unless --on-error"
                + " quarantine sets such rows aside: quarantine list shows them."
                + "\n\nWhen the command ends with exit code 0, the rows are on disk for good."
                + "\n\nFiles packed with gzip or zstd are unpacked. What a file holds is told by"
                + " --input-format, or by its name where that names another format than the"
                + " source's (.csv .ndjson .geojson .parquet .zip, also with .gz or .zst behind;"
                + " .json leaves every source of JSON as it is), or else by the source."
                + "\n\nFiles may lie elsewhere: https://…, s3://bucket/key, hdfs://namenode/path; in"
                + " names of S3 and HDFS * ? [a-z] stand for others. They are copied first, and one"
                + " that is the same as when it was pushed is left out.")
        .options(
            OptionSpec.flag("stdin", "Read rows from standard input"),
            OptionSpec.flag("again", "Push files from elsewhere also if they did not change"),
            OptionSpec.valued(
                "source-name", "SRC", "Which push source, where the dataset has several"),
            OptionSpec.valued(
                "event-time", "T", "The event time of rows that have none, RFC 3339 (now)"),
            OptionSpec.valued(
                    "input-format", "FMT", "What the data is, if not what the source says")
                .choices(
                    "csv", "json", "ndjson", "geojson", "ndgeojson", "parquet", "esrishapefile"),
            OptionSpec.valued(
                "batch-rows", "N", "Commit every N rows; what is committed stays, come what may"),
            OptionSpec.flag(
                "keep-going", "Push each file by itself: one that is refused holds back no other"),
            OptionSpec.flag("dry-run", "Do everything but the commit, and say what would happen"),
            OptionSpec.valued(
                "differences", "N", "How many rows a dry run shows of what it would store (20)"),
            OptionSpec.flag(
                "allow-empty", "Let a Snapshot push without rows retract every row of the dataset"),
            OptionSpec.valued(
                    "on-error", "WAY", "What a bad row does: reject the push, or be set aside")
                .choices("reject", "quarantine"),
            OptionSpec.flag("strict", "Refuse fields that the source does not declare"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"),
            OptionSpec.flag("no-read-back", "Do not read a slice back before it is committed"),
            OptionSpec.flag("recursive", 'r', "Update derived datasets too (none is run yet)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.many("FILE", ArgumentSpec.Kind.FILE, "Paths or addresses of files"))
        .example("A file", "catchwater ingest gps data.json")
        .example(
            "One row from a script",
            "echo '{\"t\": \"2020-01-02T00:00:00Z\", \"long\": -123.13, \"lat\": 49.29}'"
                + " | catchwater ingest gps --stdin")
        .example("A month of files, all or none", "catchwater ingest gps 2020-01-*.json.gz")
        .example(
            "As many of them as are right", "catchwater ingest gps --keep-going 2020-01-*.json.gz")
        .example(
            "A stream that does not end: every 100 rows are a push of their own",
            "tail -F readings.json | catchwater ingest gps --stdin --batch-rows 100")
        .example(
            "CSV into a source that reads JSON",
            "catchwater ingest gps --input-format csv data.csv")
        .example(
            "Take the good rows, keep the bad ones to be mended",
            "catchwater ingest gps --on-error quarantine data.json")
        .example("New files of a bucket", "catchwater ingest users 's3://exports/users/*.csv.gz'")
        .example("What would a push do?", "catchwater ingest gps --dry-run data.json");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    List<String> words = arguments.positionals();
    boolean fromStdin = arguments.has("stdin");
    if (fromStdin == words.size() > 1) {
      throw Misuse.of("Specify a list of files or pass --stdin");
    }
    if (arguments.has("batch-rows") && "quarantine".equals(arguments.value("on-error"))) {
      throw Misuse.of("Specify --batch-rows or --on-error quarantine, not both");
    }
    String eventTime = arguments.value("event-time");
    Instant fallback = eventTime == null ? null : Instants.parse("event-time", eventTime);
    Workspace workspace = Workspaces.find(session);
    Dataset dataset = workspace.require(words.get(0));
    Sources.refuseCopies(dataset, "Ingesting data into");
    long batchRows = arguments.number("batch-rows", 0, 1);
    if (batchRows > 0 && !arguments.has("dry-run")) {
      session
          .console()
          .say("Committing every " + Humanized.grouped(batchRows) + " rows: each batch is a push");
    }
    Elsewhere elsewhere = new Elsewhere(session, arguments, workspace, dataset);
    try {
      List<PushInput> inputs = inputs(session, fromStdin, words, elsewhere);
      if (inputs.isEmpty()) {
        session.console().say(Style.NOTICE, "Dataset up-to-date");
      } else if (arguments.has("keep-going")) {
        pushEach(session, arguments, dataset, fallback, inputs, elsewhere);
      } else {
        pushAll(session, arguments, dataset, fallback, inputs, elsewhere);
      }
    } finally {
      elsewhere.close();
    }
    if (arguments.has("recursive")) {
      tellDerivatives(session, workspace, dataset);
    }
    return 0;
  }

  private static void pushAll(
      Session session,
      Arguments arguments,
      Dataset dataset,
      @Nullable Instant fallback,
      List<PushInput> inputs,
      Elsewhere elsewhere) {
    PushRequest request =
        new PushRequest(
            dataset,
            arguments.value("source-name"),
            fallback,
            format(arguments.value("input-format")),
            inputs,
            arguments.has("dry-run"),
            (int) Math.min(arguments.number("differences", 20, 0), Integer.MAX_VALUE),
            arguments.has("strict"),
            arguments.has("allow-empty"),
            arguments.has("system-time") ? session.clock().instant() : null,
            Duration.ofSeconds(Workspaces.lockWaitSeconds(session, arguments)),
            arguments.number("batch-rows", 0, 1),
            null,
            "quarantine".equals(arguments.value("on-error")) ? Quarantines.limits(session) : null,
            elsewhere.positions(inputs),
            new PushProgress(
                session.console(), dataset.name().toString(), size(inputs), inputs.size()));
    PushReport report = push(session, request, !arguments.has("no-read-back"));
    session.console().endProgress();
    new IngestReport(session.console(), report, inputs.size()).print();
  }

  /// Pushes each input by itself and tells at the end which ones were refused.
  private static void pushEach(
      Session session,
      Arguments arguments,
      Dataset dataset,
      @Nullable Instant fallback,
      List<PushInput> inputs,
      Elsewhere elsewhere) {
    List<CatchwaterException> refused = new ArrayList<>();
    for (PushInput input : inputs) {
      String name = input.name();
      session.console().say(name == null ? "standard input" : name);
      try {
        pushAll(session, arguments, dataset, fallback, List.of(input), elsewhere);
      } catch (CatchwaterException e) {
        session.console().endProgress();
        session.console().say(Style.NOTICE, "Refused");
        refused.add(e);
      }
    }
    if (!refused.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA, refused.size() + " of " + inputs.size() + " files were refused")
          .withHint("the others are in the dataset; push these again when they are right")
          .withDetails(refused);
    }
  }

  /// Pushes by what the process keeps open, or by the dataset's lock. A block is reported, so that
  /// the rows do not stay in a journal, as those of devices do.
  private static PushReport push(Session session, PushRequest request, boolean readsBack) {
    LiveWorkspace engine = session.engine();
    if (engine != null && readsBack) {
      PushIdentity identity = PushIdentity.of(Multihash.sha3(new byte[0]));
      return engine.dataset(request.dataset()).push(request, identity, true).report();
    }
    SliceOptions options = SliceOptions.defaults();
    if (request.quarantine() != null && !request.isDryRun()) {
      return Quarantines.push(session, request, readsBack ? options : options.withReadBack(false));
    }
    return new PushIngest(
            session.clock(),
            new LateRandom(),
            readsBack ? options : options.withReadBack(false),
            PushLimits.ofThisProcess(),
            new LatePreprocess(session.disk()))
        .push(request);
  }

  private static List<PushInput> inputs(
      Session session, boolean fromStdin, List<String> words, Elsewhere elsewhere) {
    InputFiles files = new InputFiles(session, elsewhere);
    if (!fromStdin) {
      return files.of(words.subList(1, words.size()));
    }
    if (session.terminals().in()) {
      session.console().say("Reading rows from the terminal, end them with Ctrl-D");
    }
    return List.of(files.stdin());
  }

  private static long size(List<PushInput> inputs) {
    long total = 0;
    for (PushInput input : inputs) {
      if (input.size() < 0) {
        return -1;
      }
      total += input.size();
    }
    return total;
  }

  private static @Nullable InputFormat format(@Nullable String name) {
    return name == null ? null : InputFormat.find(name);
  }

  private static void tellDerivatives(Session session, Workspace workspace, Dataset dataset) {
    for (Dataset dependent : workspace.dependents(dataset)) {
      session
          .console()
          .insist(
              Style.NOTICE,
              "Warning: "
                  + dependent.name()
                  + " was not updated: this version does not run transforms");
    }
  }

  /// The files that lie elsewhere, made when the first of them is named.
  private static final class Elsewhere implements Function<String, List<PushInput>> {
    private final Session session;
    private final Arguments arguments;
    private final Workspace workspace;
    private final Dataset dataset;
    private @Nullable RemoteFiles files;

    Elsewhere(Session session, Arguments arguments, Workspace workspace, Dataset dataset) {
      this.session = session;
      this.arguments = arguments;
      this.workspace = workspace;
      this.dataset = dataset;
    }

    @Override
    public List<PushInput> apply(String address) {
      RemoteFiles used = files;
      if (used == null) {
        used =
            new RemoteFiles(
                session,
                workspace.root().resolve("run"),
                RemoteFiles.known(dataset, arguments.value("source-name")),
                arguments.has("again"));
        files = used;
      }
      return used.of(address);
    }

    /// What is committed with the rows of some inputs. A push in batches may end between two of
    /// them, so that it says nothing of whole files.
    @Nullable SourcePositions positions(List<PushInput> inputs) {
      return files == null || arguments.has("batch-rows") ? null : files.positions(inputs);
    }

    void close() {
      if (files != null) {
        files.close();
      }
    }
  }
}
