package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.EventText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// `system decode`
final class SystemDecodeCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system decode",
            "Print what a block's file says",
            "Prints a metadata block from its file, wherever it lies and whether or not a dataset"
                + " has it, with the hash of its bytes: to look into a damaged dataset or a"
                + " foreign repository.")
        .options(OptionSpec.flag("stdin", "Read the block from standard input"))
        .arguments(
            new ArgumentSpec(
                "FILE", "Path or address of a block", false, false, ArgumentSpec.Kind.FILE))
        .example(
            "All blocks of a folder",
            "for block in gps/blocks/*; do catchwater system decode $block; done");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    boolean fromStdin = arguments.has("stdin");
    if (fromStdin != arguments.positionals().isEmpty()) {
      throw Misuse.of("Specify a file or pass --stdin");
    }
    String file = fromStdin ? "STDIN" : arguments.positional(0);
    byte[] bytes =
        fromStdin ? session.stdin().readAllBytes() : new ManifestFiles(session).bytes(file);
    String text;
    try {
      text = EventText.yaml(Multihash.sha3(bytes), MetadataBlockCodec.decode(bytes));
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(Place.of(file)) : e;
    }
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}
