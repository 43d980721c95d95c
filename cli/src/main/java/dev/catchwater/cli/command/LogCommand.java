package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.arg.UsageException;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.manifest.EventText;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `log`
final class LogCommand implements Command {
  private static final List<String> FILTERS = List.of("source", "data", "watermark");

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "log",
            "Print the history of a dataset",
            "Prints the metadata chain of a dataset, the newest block first: what was added when,"
                + " how the sources and the schema changed, and the hashes of everything.")
        .options(
            OptionSpec.valued("output-format", 'o', "FMT", "How to print blocks (shell)")
                .choices("shell", "yaml", "json"),
            OptionSpec.valued(
                "filter", 'f', "KINDS", "Only blocks of these kinds: source, data, watermark"),
            OptionSpec.valued("limit", "NUM", "At most so many blocks (500)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("What happened lately", "catchwater log gps --limit 5")
        .example("Only what changed the sources", "catchwater log gps -f source")
        .example("For a script", "catchwater log gps -o json");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String format = arguments.value("output-format", "shell");
    long limit = arguments.number("limit", 500, 0);
    String filter = filter(arguments);
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    StringBuilder text = new StringBuilder(format.equals("json") ? "[" : "");
    long count = 0;
    for (HashedBlock block : dataset.blocks()) {
      if (count == limit) {
        break;
      }
      if (filter != null && !matches(filter, block.block().event())) {
        continue;
      }
      text.append(format.equals("json") && count > 0 ? ",\n" : "");
      text.append(
          switch (format) {
            case "yaml" -> EventText.yaml(block.hash(), block.block());
            case "json" -> EventText.json(block.hash(), block.block());
            default -> EventText.shell(block.hash(), block.block());
          });
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      text.setLength(0);
      count++;
    }
    text.append(format.equals("json") ? "]\n" : "");
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }

  private static @Nullable String filter(Arguments arguments) {
    String filter = arguments.value("filter");
    if (filter == null) {
      return null;
    }
    for (String kind : filter.split(",", -1)) {
      if (!FILTERS.contains(kind)) {
        throw new UsageException(
            "Invalid value '"
                + kind
                + "' for '--filter', possible values: "
                + String.join(", ", FILTERS));
      }
    }
    return "," + filter + ",";
  }

  private static boolean matches(String filter, MetadataEvent event) {
    return switch (event) {
      case MetadataEvent.AddData added ->
          (filter.contains(",data,") && added.newData() != null)
              || (filter.contains(",watermark,") && added.newWatermark() != null);
      case MetadataEvent.ExecuteTransform run ->
          (filter.contains(",data,") && run.newData() != null)
              || (filter.contains(",watermark,") && run.newWatermark() != null);
      case MetadataEvent.AddPushSource _,
          MetadataEvent.DisablePushSource _,
          MetadataEvent.SetPollingSource _,
          MetadataEvent.DisablePollingSource _,
          MetadataEvent.SetTransform _ ->
          filter.contains(",source,");
      case MetadataEvent.Seed _,
          MetadataEvent.SetVocab _,
          MetadataEvent.SetAttachments _,
          MetadataEvent.SetInfo _,
          MetadataEvent.SetLicense _,
          MetadataEvent.SetDataSchema _ ->
          false;
    };
  }
}
