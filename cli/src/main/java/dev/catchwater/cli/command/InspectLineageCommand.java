package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `inspect lineage`
final class InspectLineageCommand implements Command {
  private static final String MISSING = "Missing";

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "inspect lineage",
            "Print what datasets are derived from",
            "Prints for each dataset the tree of what it is derived from. A root dataset is derived"
                + " from nothing: it takes data in.")
        .options(
            OptionSpec.valued("output-format", 'o', "FMT", "How to print it (shell)")
                .choices("shell", "table", "csv", "json", "ndjson"))
        .arguments(
            ArgumentSpec.many(
                "DATASET",
                ArgumentSpec.Kind.DATASET,
                "Names or ids, all where none is given; % stands for any characters"))
        .example("Everything", "catchwater inspect lineage")
        .example("One dataset, a row for each input", "catchwater inspect lineage gps -o csv");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Workspace workspace = Workspaces.find(session);
    List<String> patterns = arguments.positionals();
    List<Dataset> datasets =
        patterns.isEmpty() ? workspace.list() : Patterns.select(workspace, patterns);
    if (!arguments.value("output-format", "shell").equals("shell")) {
      edges(workspace, datasets).print(OutputOption.of(session, arguments));
      return 0;
    }
    StringBuilder text = new StringBuilder();
    for (Dataset dataset : datasets) {
      tree(workspace, dataset, text, "", new ArrayList<>());
    }
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }

  private static Listing edges(Workspace workspace, List<Dataset> datasets) {
    Listing listing = new Listing();
    listing.text("Name", Align.LEFT).text("Kind", Align.LEFT).text("Input", Align.LEFT);
    for (Dataset dataset : datasets) {
      List<TransformInput> inputs = inputs(dataset);
      for (TransformInput input : inputs) {
        row(listing, dataset, find(workspace, input).map(d -> d.name().toString()).orElse(MISSING));
      }
      if (inputs.isEmpty()) {
        row(listing, dataset, "");
      }
    }
    return listing;
  }

  private static void row(Listing listing, Dataset dataset, String input) {
    listing.add(dataset.name().toString());
    listing.add(kind(dataset));
    listing.add(input);
  }

  /// @param prefix what stands in front of the lines below the dataset's own
  /// @param path the datasets above, so that a circle ends
  private static void tree(
      Workspace workspace, Dataset dataset, StringBuilder to, String prefix, List<String> path) {
    to.append(dataset.name()).append(": ").append(kind(dataset)).append('\n');
    if (path.contains(dataset.id().toString())) {
      return;
    }
    path.add(dataset.id().toString());
    List<TransformInput> inputs = inputs(dataset);
    for (int i = 0; i < inputs.size(); i++) {
      boolean isLast = i == inputs.size() - 1;
      to.append(prefix).append(isLast ? "└── " : "├── ");
      Optional<Dataset> input = find(workspace, inputs.get(i));
      if (input.isPresent()) {
        tree(workspace, input.get(), to, prefix + (isLast ? "    " : "│   "), path);
      } else {
        to.append(inputs.get(i).datasetRef()).append(": ").append(MISSING).append('\n');
      }
    }
    path.removeLast();
  }

  private static List<TransformInput> inputs(Dataset dataset) {
    SetTransform transform = dataset.state().transform();
    return transform == null ? List.of() : transform.inputs();
  }

  private static Optional<Dataset> find(Workspace workspace, TransformInput input) {
    for (Dataset dataset : workspace.list()) {
      if (dataset.id().toString().equals(input.datasetRef())) {
        return Optional.of(dataset);
      }
    }
    return Optional.empty();
  }

  private static String kind(Dataset dataset) {
    return dataset.kind() == DatasetKind.ROOT ? "Root" : "Derivative";
  }
}
