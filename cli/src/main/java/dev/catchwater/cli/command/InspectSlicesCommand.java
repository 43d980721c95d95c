package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `inspect slices`
final class InspectSlicesCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "inspect slices",
            "Print where the rows of a dataset lie",
            "Prints the Parquet files of a dataset, in the order of their rows: where each lies,"
                + " which offsets it holds, its size, the hash of its rows and the hash of its"
                + " bytes. Any Parquet reader opens them.")
        .options(OutputOption.spec())
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("All slices", "catchwater inspect slices gps")
        .example("Their paths, for a script", "catchwater inspect slices gps -o csv | cut -d, -f1");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    Listing listing =
        new Listing()
            .text("Path", Align.LEFT)
            .number("Records")
            .number("OffsetStart")
            .number("OffsetEnd")
            .number("Size")
            .text("LogicalHash", Align.LEFT)
            .text("PhysicalHash", Align.LEFT);
    List<DataSlice> slices = new ArrayList<>();
    for (DataSlice slice : dataset.slicesFromEnd()) {
      slices.add(slice);
    }
    for (int i = slices.size() - 1; i >= 0; i--) {
      DataSlice slice = slices.get(i);
      listing.add(dataset.slicePath(slice).toString());
      listing.add(slice.rowCount(), Humanized.grouped(slice.rowCount()));
      listing.add(slice.offsetStart(), Long.toString(slice.offsetStart()));
      listing.add(slice.offsetEnd(), Long.toString(slice.offsetEnd()));
      listing.add(slice.size(), Humanized.dataSize(slice.size()));
      listing.add(slice.logicalHash().toString());
      listing.add(slice.physicalHash().toString());
    }
    listing.print(output);
    return 0;
  }
}
