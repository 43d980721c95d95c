package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.odf.receipt.ReceiptRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Histories that whoever has the disk and the keys wrote anew, with every hash right (TH45): a
/// receipt that is younger than the change finds each of them, nothing else finds any.
class HistoryRewriteTest {
  private static final int PUSHES = 10;
  private static final int MUTATIONS = 200;

  @TempDir Path folder;
  private Sandbox sandbox;
  private Path dataset;
  private final List<Multihash> chain = new ArrayList<>();
  private final List<MetadataBlock> blocks = new ArrayList<>();
  private final List<Kept> receipts = new ArrayList<>();

  /// A receipt in a file.
  ///
  /// @param age the last block of the chain that it knows of
  private record Kept(String file, String id, int age) {}

  /// What somebody does to the history.
  private enum Change {
    DROP,
    RECHAIN,
    FORK,
    OLD_BACKUP,
    SIGN_WITH_ANOTHER_KEY
  }

  @BeforeEach
  void history() throws IOException, ReceiptException {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    List<Receipt> taken = new ArrayList<>();
    try (Served served = Served.of(sandbox)) {
      for (int i = 0; i < PUSHES; i++) {
        String row = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + i + "}";
        String answer = served.post("/gps/ingest?wait=committed", row).body();
        Receipt receipt = ReceiptJson.parse(answer);
        taken.add(receipt);
        taken.add(ReceiptJson.parse(served.get("/gps/receipts/" + receipt.id()).body()));
      }
    }
    dataset = folder.resolve(".catchwater/datasets/gps");
    readChain();
    for (int i = 0; i < taken.size(); i++) {
      Receipt receipt = taken.get(i);
      Receipt.Sealed block = receipt.block();
      int age = chain.indexOf(block == null ? receipt.facts().head() : block.hash());
      assertThat(age).isPositive();
      StringBuilder json = new StringBuilder();
      dev.catchwater.odf.manifest.JsonTree.write(json, ReceiptJson.of(receipt));
      receipts.add(new Kept(sandbox.file("r" + i + ".json", json.toString()), receipt.id(), age));
    }
    // Who has the disk has this too.
    forgetHead();
  }

  private void forgetHead() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(".catchwater/state"))) {
      for (Path file : files.filter(one -> one.endsWith("head")).toList()) {
        Files.delete(file);
      }
    }
  }

  private void readChain() throws IOException {
    Multihash next = Multihash.parse(Files.readString(dataset.resolve("refs/head")).strip());
    while (next != null) {
      MetadataBlock block =
          MetadataBlockCodec.decode(Files.readAllBytes(dataset.resolve("blocks/" + next)));
      chain.addFirst(next);
      blocks.addFirst(block);
      next = block.prevBlockHash();
    }
  }

  private Multihash write(MetadataBlock block) throws IOException {
    byte[] bytes = MetadataBlockCodec.encode(block);
    Multihash hash = Multihash.sha3(bytes);
    Files.write(dataset.resolve("blocks/" + hash), bytes);
    return hash;
  }

  private void setHead(Multihash head) throws IOException {
    Files.writeString(dataset.resolve("refs/head"), head.toString());
  }

  /// Changes the history from block `from` on.
  private void change(Change change, int from, SplittableRandom random) throws IOException {
    Multihash head = chain.get(from - 1);
    switch (change) {
      case DROP -> {}
      case OLD_BACKUP -> {
        Files.createDirectories(folder.resolve("newer"));
        for (int i = from; i < chain.size(); i++) {
          Path block = dataset.resolve("blocks/" + chain.get(i));
          Files.move(block, folder.resolve("newer/" + chain.get(i)));
        }
      }
      case FORK -> {
        MetadataBlock last = blocks.get(from - 1);
        for (int i = 0; i <= random.nextInt(3); i++) {
          MetadataEvent event = new SetInfo("fork " + random.nextInt() + " " + i, null);
          last = new MetadataBlock(last.systemTime(), head, last.sequenceNumber() + 1, event);
          head = write(last);
        }
      }
      case RECHAIN, SIGN_WITH_ANOTHER_KEY -> {
        boolean isSigned = change == Change.SIGN_WITH_ANOTHER_KEY;
        for (MetadataBlock block : blocks.subList(from, blocks.size())) {
          head =
              write(
                  new MetadataBlock(
                      block.systemTime().plusMillis(isSigned ? 0 : 1),
                      head,
                      block.sequenceNumber(),
                      isSigned ? signedAgain(block.event()) : block.event()));
        }
      }
    }
    setHead(head);
  }

  private static MetadataEvent signedAgain(MetadataEvent event) {
    if (!(event instanceof AddData data)) {
      return event;
    }
    ReceiptRoot root = Objects.requireNonNull(ReceiptRoot.of(data.extra()));
    return new AddData(
        data.prevCheckpoint(),
        data.prevOffset(),
        data.newData(),
        data.newCheckpoint(),
        data.newWatermark(),
        data.newSourceState(),
        new ReceiptRoot(root.first(), root.size(), root.root(), "0a0b0c0d").toExtra());
  }

  private void putBack() throws IOException {
    setHead(chain.getLast());
    Path newer = folder.resolve("newer");
    if (Files.exists(newer)) {
      try (Stream<Path> files = Files.list(newer)) {
        for (Path file : files.toList()) {
          Files.move(file, dataset.resolve("blocks/" + file.getFileName()));
        }
      }
    }
  }

  private Outcome verify(List<Kept> kept) {
    List<String> words = new ArrayList<>(List.of("verify", "gps"));
    for (Kept receipt : kept) {
      words.add("--receipt");
      words.add(receipt.file());
    }
    return sandbox.run(words.toArray(String[]::new));
  }

  @Test
  void T10_TH45_aReceiptThatIsYoungerThanTheCutFindsEveryRewrite() throws Exception {
    verify(receipts).succeeded().says("1 dataset(s) are valid");
    SplittableRandom random = new SplittableRandom(10);
    int named = 0;
    int unseen = 0;
    int firstPush = chain.size() - PUSHES;
    for (int i = 0; i < MUTATIONS; i++) {
      Change change = Change.values()[i % Change.values().length];
      int from = firstPush + random.nextInt(PUSHES);
      change(change, from, random);
      List<Kept> younger = receipts.stream().filter(one -> one.age() >= from).toList();
      Outcome found = verify(younger).refused();
      for (Kept receipt : younger) {
        found.says("HISTORY-REWRITTEN receipt " + receipt.id() + ": ");
        named++;
      }
      if (i % 8 < 5) {
        // Without one, and with those that know nothing of what was changed, nothing shows.
        verify(List.of()).succeeded();
        unseen++;
      }
      forgetHead();
      putBack();
    }
    assertThat(named).isGreaterThan(MUTATIONS);
    assertThat(unseen).isGreaterThan(100);
    verify(receipts).succeeded();
    System.out.println(
        "T10 histories=" + MUTATIONS + " receipts=" + named + " missed=0 without=" + unseen);
  }

  @Test
  void receiptsNameTheDatasetsThatAreChecked() throws Exception {
    sandbox.run("verify", "--receipt", receipts.getLast().file()).succeeded();
    sandbox.run("verify").misused();
    sandbox.pipe(BadHttpTest.MANIFEST.replace("name: gps", "name: other"), "add", "--stdin");
    sandbox
        .run("verify", "other", "--receipt", receipts.getLast().file())
        .refused()
        .says("is of another dataset");
    String forged =
        Files.readString(folder.resolve(receipts.getLast().file()))
            .replace("\"added\":1", "\"added\":2");
    sandbox.file("forged.json", forged);
    sandbox
        .run("verify", "gps", "--receipt", "forged.json")
        .refused()
        .says("Receipt " + receipts.getLast().id(), "was changed");
  }
}
