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
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.ReceiptCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `receipt verify`
final class ReceiptVerifyCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "receipt verify",
            "Check a receipt against a history",
            "Checks that a receipt was signed with the key, that nothing of it was changed, and"
                + " that the history of the dataset has the rows: in the block that the receipt"
                + " names, or in none yet. Needs no server: a folder with the dataset is enough, whoever"
                + " copied it. The file is a receipt, or the whole answer to a push. Fails, saying"
                + " what does not hold, as HISTORY-REWRITTEN where the history was changed.")
        .options(
            OptionSpec.valued(
                "dataset", "PLACE", "Name of a dataset of the workspace, or a folder with one"),
            OptionSpec.valued("server", "URL", "Ask a server for the receipt and the history"),
            ServerToken.spec(),
            OptionSpec.valued(
                "key",
                "KEY",
                "The public key, or a file with it or several of them, if they are not the"
                    + " workspace's own"))
        .arguments(
            ArgumentSpec.one(
                "FILE", ArgumentSpec.Kind.FILE, "The receipt as JSON; - for standard input"))
        .example("In the workspace of the server", "catchwater receipt verify receipt.json")
        .example(
            "In a copy, with a key that was kept",
            "catchwater receipt verify receipt.json --dataset ./copy --key server.vkey")
        .example(
            "Against a server",
            "catchwater receipt verify receipt.json --server http://127.0.0.1:8080");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    try {
      Receipt receipt = ReceiptJson.parse(KeptReceipts.text(session, arguments.positional(0)));
      String server = arguments.value("server");
      String token = server == null ? null : ServerToken.of(session, arguments);
      List<KnownKey> keys = keys(session, arguments, server);
      String said =
          server == null
              ? inFolder(session, arguments, receipt, keys)
              : onServer(server, token, receipt, keys);
      session.console().say(Style.DONE, said);
      return 0;
    } catch (ReceiptException e) {
      throw CatchwaterException.of(ErrorCode.CORRUPT, e.getMessage());
    }
  }

  private static List<KnownKey> keys(Session session, Arguments arguments, @Nullable String server)
      throws ReceiptException, IOException {
    String given = arguments.value("key");
    return given == null && server != null
        ? KnownKey.parse(get(server, "receipts/keys", null))
        : KeptReceipts.keys(session, workspace(session), given);
  }

  private static @Nullable Workspace workspace(Session session) {
    try {
      return Workspaces.find(session);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.WORKSPACE_NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static String inFolder(
      Session session, Arguments arguments, Receipt receipt, List<KnownKey> keys)
      throws ReceiptException, IOException {
    String named = arguments.value("dataset");
    Path folder = named == null ? null : session.resolve(named);
    if (folder != null && session.disk().isDirectory(folder.resolve("refs"))) {
      return said(ReceiptCheck.ofFolder(session.disk(), folder).require(receipt, keys), receipt);
    }
    Workspace workspace = workspace(session);
    Optional<Dataset> dataset =
        workspace == null
            ? Optional.empty()
            : named == null
                ? workspace.find(receipt.facts().dataset())
                : Optional.of(workspace.require(named));
    if (dataset.isEmpty()) {
      receipt.require(keys);
      return "The receipt is signed; there is no dataset here to compare it with";
    }
    ReceiptCheck.Finding finding = KeptReceipts.require(session, dataset.get(), receipt, keys);
    return said(finding, receipt);
  }

  private static String onServer(
      String server, @Nullable String token, Receipt receipt, List<KnownKey> keys)
      throws ReceiptException, IOException {
    receipt.require(keys);
    String dataset = receipt.facts().dataset().toString();
    Receipt now = ReceiptJson.parse(get(server, dataset + "/receipts/" + receipt.id(), token));
    if (!now.facts().equals(receipt.facts())) {
      throw new ReceiptException("The server has another receipt of this id");
    }
    return said(
        ReceiptCheck.ofAddress(address(server, dataset + "/"), token)
            .require(now.block() == null ? receipt : now, keys),
        now);
  }

  private static URI address(String server, String path) {
    return URI.create(server.endsWith("/") ? server : server + "/").resolve("./" + path);
  }

  private static String get(String server, String path, @Nullable String token)
      throws ReceiptException, IOException {
    URI address = address(server, path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() != 200) {
        throw new ReceiptException(address + " answers " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw CatchwaterException.of(
          ErrorCode.REMOTE_UNAVAILABLE, "The server does not answer at " + address);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String said(ReceiptCheck.Finding finding, Receipt receipt) {
    ReceiptFacts.Offsets offsets = receipt.facts().offsets();
    String rows =
        offsets == null ? "no rows" : "offsets " + offsets.start() + " to " + offsets.end();
    Receipt.Sealed block = receipt.block();
    return switch (finding) {
      case SEALED ->
          "The receipt holds: " + rows + ", in block " + (block == null ? "" : block.hash());
      case IN_A_BLOCK ->
          "The receipt is signed and its "
              + rows
              + " are in a block; that they are these rows is shown by the receipt as the server"
              + " gives it now, GET /receipts/"
              + receipt.id();
      case NOT_SEALED -> "The receipt is signed: " + rows + ", not sealed into a block yet";
    };
  }
}
