package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `inspect query`
final class InspectQueryCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "inspect query",
            "Print the queries that derive a dataset",
            "Prints how a derivative dataset is made from its inputs, the newest definition first."
                + " For a root dataset it prints nothing; source show prints the query that"
                + " prepares what is pushed.")
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("How is it made?", "catchwater inspect query leaderboard");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    StringBuilder text = new StringBuilder();
    if (dataset.state().transform() != null) {
      for (HashedBlock block : dataset.blocks()) {
        if (block.block().event() instanceof SetTransform transform) {
          text.append(text.isEmpty() ? "" : "\n");
          describe(text, dataset, block, transform);
        }
      }
    }
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }

  private static void describe(
      StringBuilder to, Dataset dataset, HashedBlock block, SetTransform event) {
    to.append("Transform: ").append(block.hash()).append('\n');
    to.append("As Of: ").append(block.block().systemTime()).append('\n');
    to.append("Inputs:\n");
    for (TransformInput input : event.inputs()) {
      String alias = input.alias();
      to.append("  ").append(alias == null ? input.datasetRef() : alias);
      to.append("  ").append(input.datasetRef()).append('\n');
    }
    Transform transform = event.transform();
    to.append("Engine: ").append(transform.engine());
    to.append(transform.version() == null ? "" : " (" + transform.version() + ")").append('\n');
    String name = dataset.name().toString();
    query(to, name, transform.query());
    List<Transform.SqlQueryStep> steps = transform.queries();
    for (Transform.SqlQueryStep step : steps == null ? List.<Transform.SqlQueryStep>of() : steps) {
      String alias = step.alias();
      query(to, alias == null ? name : alias, step.query());
    }
  }

  private static void query(StringBuilder to, String name, @Nullable String query) {
    if (query != null) {
      to.append("Query: ").append(name).append('\n');
      for (String line : query.strip().split("\n", -1)) {
        to.append("  ").append(line.stripTrailing()).append('\n');
      }
    }
  }
}
