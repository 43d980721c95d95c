package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.quarantine.QuarantineDesk;
import dev.catchwater.query.quarantine.RowFilter;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.Workspace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the commands of quarantines, and `ingest` where it sets rows aside, have in common.
final class Quarantines {
  private static final int PERCENT = 100;

  private Quarantines() {}

  /// How much of a push may be set aside, by the settings.
  static SieveLimits limits(Session session) {
    Settings settings = new Settings(session);
    return new SieveLimits(
        (int) Math.min(PERCENT, settings.number(Setting.QUARANTINE_PERCENT_MAX)),
        settings.number(Setting.QUARANTINE_ROWS_MIN),
        settings.bytes(Setting.QUARANTINE_SIZE_MAX));
  }

  /// Does something with datasets that are kept open: those of the engine that runs the command, or
  /// else some that are sealed and closed when it is done.
  static <T> T withLive(Session session, SliceOptions options, Function<LiveWorkspace, T> work) {
    LiveWorkspace engine = session.engine();
    if (engine != null) {
      return work.apply(engine);
    }
    Workspace workspace = Workspaces.find(session);
    try (LiveWorkspace live =
        new LiveWorkspace(
            workspace,
            LiveSettings.standard(),
            session.clock(),
            new LateRandom(),
            options,
            PushLimits.ofThisProcess(),
            new LatePreprocess(session.disk()))) {
      live.troubles().listen((trouble, dataset, why) -> warn(session, trouble, dataset, why));
      return work.apply(live);
    }
  }

  private static void warn(
      Session session, Trouble trouble, DatasetName dataset, @Nullable CatchwaterException why) {
    if (why != null) {
      String reason = dataset + ": " + trouble.sentence() + ": " + why.plainMessage();
      session.console().insist(Style.NOTICE, "Warning: " + reason);
    }
  }

  /// Pushes by the journal, which keeps the rows that are set aside until they are in quarantine.
  static PushReport push(Session session, PushRequest request, SliceOptions options) {
    PushIdentity identity = PushIdentity.of(Multihash.sha3(new byte[0]));
    return withLive(
        session,
        options,
        live -> live.dataset(request.dataset()).push(request, identity, true).report());
  }

  /// The quarantine of a dataset, for reading. What a process that died left in the dataset's
  /// journal is sealed first: refused rows may be in it.
  static QuarantineDesk desk(Session session, Arguments arguments, Dataset dataset) {
    LiveWorkspace engine = session.engine();
    if (engine != null) {
      return QuarantineDesk.of(dataset, engine);
    }
    if (dataset.hasUnsealedRows()) {
      try (DatasetWriter _ = dataset.openWriter(Workspaces.lockWait(session, arguments))) {
        return QuarantineDesk.of(dataset);
      }
    }
    return QuarantineDesk.of(dataset);
  }

  /// The options that say which causes are meant.
  static List<OptionSpec> causes() {
    return List.of(
        OptionSpec.valued("code", "CODE", "Only rows refused with this code"),
        OptionSpec.valued("field", "FIELD", "Only rows refused for this field"),
        OptionSpec.valued("cause", "TEXT", "Only rows of this cause, as the list has it"));
  }

  /// The rows that ids and options name.
  ///
  /// @param ids empty for any
  static RowFilter filter(Arguments arguments, List<String> ids, RowState state) {
    Set<String> names = new LinkedHashSet<>(ids);
    return new RowFilter(
        names, state, arguments.value("code"), arguments.value("field"), arguments.value("cause"));
  }

  /// The rows that a command changes: named one by one, by cause, or all of them.
  static RowFilter chosen(Arguments arguments, List<String> ids) {
    boolean byCause = arguments.has("code") || arguments.has("field") || arguments.has("cause");
    int ways = (ids.isEmpty() ? 0 : 1) + (byCause ? 1 : 0) + (arguments.has("all") ? 1 : 0);
    if (ways != 1) {
      throw Misuse.of("Specify ids of rows, or a cause by --code, --field, --cause, or --all");
    }
    return filter(arguments, ids, RowState.OPEN);
  }
}
