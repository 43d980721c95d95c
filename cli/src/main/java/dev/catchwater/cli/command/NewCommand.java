package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// `new`
final class NewCommand implements Command {
  private static final String TEMPLATE =
      """
      # A dataset that takes data in. Change what does not fit, then: catchwater add NAME.yaml
      kind: DatasetSnapshot
      version: 1
      content:
        name: NAME
        kind: Root
        metadata:
          # How data is pushed into the dataset. There may be several push sources; they have
          # different names and write the same columns.
          - kind: AddPushSource
            sourceName: default

            # What the data looks like. Other kinds: Json, Csv (with header: true where the first
            # line names the columns), GeoJson, NdGeoJson, Parquet, EsriShapefile.
            read:
              kind: NdJson

              # The columns. Without a schema they are inferred from the first push.
              # A value may be missing unless the column is NOT NULL.
              ddlSchema:
                - event_time TIMESTAMP NOT NULL
                - id BIGINT NOT NULL
                - name STRING
                - value DOUBLE

            # How a push is merged with what is there:
            #   Append           every row is added
            #   Ledger           a row whose key is known is left out, so a push can be repeated
            #   Snapshot         the push is the whole state; what is gone is retracted
            #   UpsertStream     a row takes the place of the one with its key
            #   ChangelogStream  the rows say themselves what they add, correct and retract
            merge:
              kind: Ledger
              primaryKey:
                - event_time
                - id

          # Which column says when something happened. Where it is missing, rows get the time of
          # the push.
          - kind: SetVocab
            eventTimeColumn: event_time

          # For those who find the dataset.
          - kind: SetInfo
            description: What this is, in one sentence
            keywords:
              - example
      """;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "new",
            "Write a manifest to begin with",
            "Writes a manifest with comments into the current folder: NAME.yaml. It can be added as"
                + " it is.")
        .options(OptionSpec.flag("root", "A dataset that takes data in; the only kind there is"))
        .arguments(ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "The name of the dataset"))
        .example("From nothing to rows", "catchwater new gps && catchwater add gps.yaml");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    DatasetName name = DatasetName.parse(arguments.positional(0));
    String file = name + ".yaml";
    Path path = session.resolve(file);
    try {
      Files.writeString(
          path, TEMPLATE.replace("NAME", name.toString()), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw CatchwaterException.of(ErrorCode.ALREADY_EXISTS, "File " + file + " already exists")
          .withHint("nothing was written over")
          .withCause(e);
    }
    session.console().say(Style.DONE, "Written new manifest template to: " + file);
    session
        .console()
        .say(
            "Follow directions in the template's comments and use `catchwater add "
                + file
                + "` when ready.");
    return 0;
  }
}
