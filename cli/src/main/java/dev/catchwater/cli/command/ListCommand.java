package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.transfer.Replicator;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `list`
final class ListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "list",
            "List the datasets of the workspace",
            "Lists all datasets by name, with how much is in them and when something was added.")
        .aliases("ls")
        .options(
            OutputOption.spec(),
            OptionSpec.flag("wide", 'w', "Also ids, heads, numbers of blocks and watermarks"))
        .example("What is there", "catchwater list")
        .example("Everything about it, for a script", "catchwater list -w -o json");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    boolean wide = arguments.has("wide");
    Listing listing = columns(wide);
    List<CatchwaterException> broken = new ArrayList<>();
    Instant now = session.clock().instant();
    for (Dataset dataset : Workspaces.find(session).list()) {
      try {
        LiveWorkspace engine = session.engine();
        HotRows rows = engine == null ? HotRows.of(dataset) : engine.dataset(dataset).hotRows();
        add(listing, dataset, rows, wide, now);
      } catch (CatchwaterException e) {
        broken.add(
            CatchwaterException.of(e.code(), dataset.name() + ": " + e.getMessage()).withCause(e));
      }
    }
    listing.print(output);
    if (!broken.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.CORRUPT, broken.size() + " dataset(s) cannot be read")
          .withDetails(broken);
    }
    return 0;
  }

  private static Listing columns(boolean wide) {
    Listing listing = new Listing();
    if (wide) {
      listing.text("ID", Align.LEFT);
    }
    listing.text("Name", Align.LEFT).text("Kind", Align.CENTER);
    if (wide) {
      listing.text("Head", Align.LEFT);
    }
    listing.time("Pulled").number("Records");
    if (wide) {
      listing.number("Blocks");
    }
    listing.number("Size");
    if (wide) {
      listing.time("Watermark");
    }
    return listing;
  }

  private static void add(
      Listing listing, Dataset dataset, HotRows rows, boolean wide, Instant now) {
    ChainState state = rows.state();
    long records = state.rowCount() + rows.rowCount();
    Instant pulled = pulled(dataset, state);
    String kind = kind(dataset, state);
    if (wide) {
      listing.add(dataset.id().toString());
    }
    listing.add(dataset.name().toString());
    listing.add(kind);
    if (wide) {
      listing.add(state.head().toString());
    }
    listing.add(pulled, Humanized.since(pulled, now));
    listing.add(records, Humanized.quantity(records));
    if (wide) {
      listing.add(state.blockCount(), Humanized.quantity(state.blockCount()));
    }
    listing.add(state.dataSize(), Humanized.dataSize(state.dataSize()));
    if (wide) {
      listing.add(state.watermark(), Humanized.since(state.watermark(), now));
    }
  }

  private static String kind(Dataset dataset, ChainState state) {
    String kind =
        state.seed().datasetKind() == MetadataEvent.DatasetKind.ROOT ? "Root" : "Derivative";
    return Replicator.pullAliases(dataset).isEmpty() ? kind : "Remote(" + kind + ")";
  }

  /// When rows or a watermark were added last.
  private static @Nullable Instant pulled(Dataset dataset, ChainState state) {
    if (state.lastOffset() == null && state.watermark() == null) {
      return null;
    }
    for (HashedBlock block : dataset.blocks()) {
      MetadataEvent event = block.block().event();
      if (event instanceof MetadataEvent.AddData
          || event instanceof MetadataEvent.ExecuteTransform) {
        return block.block().systemTime();
      }
    }
    return null;
  }
}
