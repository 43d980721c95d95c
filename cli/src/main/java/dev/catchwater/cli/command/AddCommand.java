package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.source.SourceSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `add`
final class AddCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "add",
            "Make datasets from manifests",
            "Makes the datasets that manifests describe, all of them or none. A dataset that is"
                + " there already is skipped."
                + "\n\nA manifest is a YAML file with one or more documents of kind DatasetSnapshot;"
                + " it says what the rows look like, how they are read and how a push is merged.")
        .options(
            OptionSpec.flag("recursive", 'r', "Take all manifests in the folders given"),
            OptionSpec.flag("replace", "Delete a dataset that is there and make it anew"),
            OptionSpec.flag("stdin", "Read the manifest from standard input"),
            OptionSpec.valued("name", "NAME", "Another name than the one in the manifest"),
            OptionSpec.valued("visibility", "VIS", "Accepted for kamu's sake, does nothing")
                .choices("private", "public"))
        .arguments(
            ArgumentSpec.many(
                "MANIFEST", ArgumentSpec.Kind.FILE, "Paths or addresses of manifests"))
        .example("One dataset", "catchwater add gps.yaml")
        .example("Everything in a folder", "catchwater add --recursive manifests/")
        .example(
            "From a pipe, under another name", "cat gps.yaml | catchwater add --stdin --name bus");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<DatasetSnapshot> snapshots = snapshots(session, arguments);
    for (DatasetSnapshot snapshot : snapshots) {
      checkSources(session, snapshot);
    }
    Workspace workspace = Workspaces.find(session);
    if (arguments.has("replace")) {
      return replace(session, arguments, workspace, snapshots);
    }
    List<DatasetSnapshot> wanted = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Set<DatasetName> names = new HashSet<>();
    for (DatasetSnapshot snapshot : snapshots) {
      Optional<Dataset> existing = workspace.find(snapshot.name());
      if (existing.isPresent() || !names.add(snapshot.name())) {
        skipped.add("Skipped: " + snapshot.name() + ": Already exists");
        if (existing.isPresent() && !isMadeFrom(existing.get(), snapshot)) {
          skipped.add(
              "Warning: "
                  + snapshot.name()
                  + " was made from another manifest than this one; --replace makes it anew, without its"
                  + " data");
        }
      } else {
        wanted.add(snapshot);
      }
    }
    create(session, workspace, wanted);
    for (DatasetSnapshot snapshot : wanted) {
      session.console().say("Added: " + snapshot.name());
    }
    for (String line : skipped) {
      session.console().say(Style.NOTICE, line);
    }
    return summary(session, wanted.size());
  }

  /// Refuses options of a source that no push could be read with.
  private static void checkSources(Session session, DatasetSnapshot snapshot) {
    for (MetadataEvent event : snapshot.metadata()) {
      if (event instanceof MetadataEvent.AddPushSource source) {
        checkSource(session, source);
      }
    }
  }

  /// Refuses a source that no push could go through: options of its read step, SQL of its steps.
  static void checkSource(Session session, MetadataEvent.AddPushSource source) {
    RowReaders.check(source.read());
    Transform steps = source.preprocess();
    if (steps != null) {
      new LatePreprocess(session.disk())
          .check(source.sourceName(), steps, SourceSchema.of(source.read()));
    }
  }

  private static int summary(Session session, int count) {
    session.console().say(count > 0 ? Style.DONE : Style.NOTICE, "Added " + count + " dataset(s)");
    return 0;
  }

  private static List<DatasetSnapshot> snapshots(Session session, Arguments arguments)
      throws IOException {
    ManifestFiles files = new ManifestFiles(session);
    List<String> references = arguments.positionals();
    List<DatasetSnapshot> snapshots;
    if (arguments.has("stdin")) {
      if (!references.isEmpty()) {
        throw Misuse.of("Cannot specify --stdin and positional arguments at the same time");
      }
      if (session.terminals().in()) {
        session.console().say("Reading a manifest from the terminal, end it with Ctrl-D");
      }
      snapshots = files.readStdin();
    } else if (references.isEmpty()) {
      throw Misuse.of("No manifest references or paths were provided");
    } else {
      snapshots =
          files.read(arguments.has("recursive") ? files.findRecursively(references) : references);
    }
    String name = arguments.value("name");
    if (name == null) {
      return snapshots;
    }
    if (snapshots.size() != 1) {
      throw Misuse.of("Name override can be used only when adding a single manifest");
    }
    return List.of(named(snapshots.get(0), DatasetName.parse(name)));
  }

  private static DatasetSnapshot named(DatasetSnapshot snapshot, DatasetName name) {
    return new DatasetSnapshot(name, snapshot.account(), snapshot.kind(), snapshot.metadata());
  }

  private static void create(Session session, Workspace workspace, List<DatasetSnapshot> wanted) {
    if (!wanted.isEmpty()) {
      workspace.create(wanted, session.clock().instant(), new LateRandom());
    }
  }

  private static int replace(
      Session session, Arguments arguments, Workspace workspace, List<DatasetSnapshot> snapshots) {
    List<String> old = new ArrayList<>();
    for (DatasetSnapshot snapshot : snapshots) {
      workspace.find(snapshot.name()).ifPresent(dataset -> old.add(dataset.name().toString()));
    }
    if (!old.isEmpty()) {
      Confirmation.require(session, "You are about to replace following dataset(s)", old);
    }
    workspace.replace(
        snapshots,
        session.clock().instant(),
        new LateRandom(),
        Workspaces.lockWait(session, arguments));
    for (DatasetSnapshot snapshot : snapshots) {
      session.console().say("Added: " + snapshot.name());
    }
    return summary(session, snapshots.size());
  }

  /// Whether the first events of a chain are those of a snapshot.
  private static boolean isMadeFrom(Dataset dataset, DatasetSnapshot snapshot) {
    List<MetadataEvent> events = new ArrayList<>();
    for (HashedBlock block : dataset.blocks()) {
      events.add(block.block().event());
    }
    int last = events.size() - 1;
    boolean same = dataset.kind() == snapshot.kind() && events.size() > snapshot.metadata().size();
    for (int i = 0; same && i < snapshot.metadata().size(); i++) {
      same = isSame(events.get(last - 1 - i), snapshot.metadata().get(i));
    }
    return same;
  }

  // Names of inputs have become ids in the chain.
  private static boolean isSame(MetadataEvent found, MetadataEvent wanted) {
    if (wanted instanceof MetadataEvent.SetTransform a
        && found instanceof MetadataEvent.SetTransform b) {
      return a.transform().equals(b.transform());
    }
    return wanted.equals(found);
  }
}
