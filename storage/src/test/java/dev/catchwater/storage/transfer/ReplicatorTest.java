package dev.catchwater.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.Fixtures;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicatorTest {
  private static final Path THEIR_HOME = Path.of("/theirs");
  private static final Path REMOTE = Path.of("/remote/gps");
  private static final String URL = "file:///remote/gps";

  private final SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);
  private final Workspace theirs = makeWorkspace(THEIR_HOME);
  private final Workspace ours = makeWorkspace(Fixtures.HOME);
  private final Dataset source = makeSource();

  private Workspace makeWorkspace(Path home) {
    try {
      disk.createDirectories(home);
      return Workspace.init(disk, home);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Dataset makeSource() {
    try {
      Dataset made = Fixtures.create(theirs, "gps");
      Fixtures.pushRows(made, 3);
      Fixtures.pushRows(made, 20);
      return made;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Replicator.Options options(boolean isForced, boolean isAliasKept) {
    return new Replicator.Options(isForced, isAliasKept, LockWait.none(), TransferListener.NONE);
  }

  private static Replicator.Options plain() {
    return options(false, false);
  }

  private TransferReport push() {
    return new Replicator(theirs).push(source, URL, plain());
  }

  private TransferReport pull(Replicator.Options options) {
    return new Replicator(ours, 1).pull(URL, null, options);
  }

  private static void assertCode(ErrorCode code, Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String part : new String[] {"blocks", "data", "checkpoints", "refs"}) {
      for (String name : disk.list(folder.resolve(part))) {
        byte[] bytes = disk.readAll(folder.resolve(part).resolve(name));
        if (!name.startsWith(".")) {
          files.put(part + "/" + name, java.util.HexFormat.of().formatHex(bytes));
        }
      }
    }
    return files;
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    disk.delete(file);
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }

  private void describe(Dataset dataset, String text) {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(writer.systemTime(Fixtures.START), new SetInfo(text, null));
      writer.commit();
    }
  }

  @Test
  void aCopyIsTheSameByteForByteAndVerifies() throws IOException {
    assertThat(push().blocks()).isEqualTo(5);
    assertThat(files(REMOTE)).isEqualTo(files(source.folder())).hasSize(8);
    TransferReport report = pull(plain());
    assertThat(report.isUpdated()).isTrue();
    assertThat(report.blocks()).isEqualTo(5);
    Dataset copy = ours.require("gps");
    assertThat(copy.id()).isEqualTo(source.id());
    assertThat(files(copy.folder())).isEqualTo(files(source.folder()));
    assertThat(new Verifier(1).verify(copy, TransferListener.NONE).problems()).isEmpty();
    assertThat(pull(plain()).isUpdated()).isFalse();
    assertThat(push().isUpdated()).isFalse();
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void onlyNewBlocksAreCopied() throws IOException {
    push();
    pull(plain());
    Fixtures.pushRows(source, 7);
    assertThat(push().blocks()).isEqualTo(1);
    assertThat(pull(plain()).blocks()).isEqualTo(1);
    assertThat(ours.require("gps").state().lastOffset()).isEqualTo(29);
    Fixtures.pushRows(ours.require("gps"), 1);
  }

  @Test
  void addressesAreRemembered() throws IOException {
    new Replicator(theirs).push(source, URL, options(false, true));
    assertThat(Replicator.pushAliases(source)).containsExactly(URL + "/");
    DatasetName name = DatasetName.parse("my-gps");
    new Replicator(ours).pull(URL, name, options(false, true));
    Dataset copy = ours.require("my-gps");
    assertThat(Replicator.pullAliases(copy)).containsExactly(URL + "/");
    Fixtures.pushRows(source, 7);
    new Replicator(theirs).push(source, null, plain());
    assertThat(new Replicator(ours).pull(copy, plain()).blocks()).isEqualTo(1);
    Fixtures.pushRows(source, 7);
    new Replicator(theirs).push(source, null, plain());
    assertThat(pull(plain()).name()).as("found by its alias").isEqualTo(name);
    ours.delete(List.of(copy), LockWait.none());
    pull(plain());
    assertThat(Replicator.pullAliases(ours.require("gps"))).as("--no-alias").isEmpty();
    assertCode(
        ErrorCode.BAD_ARGUMENT,
        () -> new Replicator(ours).pull(ours.require("gps"), plain()),
        "was not pulled from anywhere");
  }

  @Test
  void aWorkspaceHoldsOneCopyOfADataset() {
    push();
    pull(plain());
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () -> new Replicator(ours).pull(URL, DatasetName.parse("again"), plain()),
        "already exists as gps");
    Fixtures.create(ours, "taken");
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () -> new Replicator(ours).pull(URL, DatasetName.parse("taken"), plain()),
        "Dataset taken already exists and is not the one at");
    assertThat(ours.list()).hasSize(2);
  }

  @Test
  void divergedHistoriesAreRefusedUnlessForced() throws IOException {
    push();
    pull(plain());
    Dataset copy = ours.require("gps");
    describe(copy, "ours");
    assertCode(
        ErrorCode.DIVERGED, () -> pull(plain()), "Dataset gps is 1 block(s) ahead of " + URL);
    Fixtures.pushRows(source, 7);
    push();
    assertCode(ErrorCode.DIVERGED, () -> pull(plain()), "have diverged: 1 block(s) here");
    assertCode(
        ErrorCode.DIVERGED,
        () -> new Replicator(ours).push(copy, URL, plain()),
        "Dataset gps and file:///remote/gps/ have diverged");
    assertThat(pull(options(true, false)).isForced()).isTrue();
    assertThat(copy.head()).isEqualTo(source.head());
    describe(copy, "ours again");
    new Replicator(ours).push(copy, URL, plain());
    assertCode(ErrorCode.DIVERGED, this::push, "is ahead of dataset gps");
    assertThat(new Replicator(theirs).push(source, URL, options(true, false)).isForced()).isTrue();
    assertThat(pull(options(true, false)).isForced()).isTrue();
    assertThat(new Verifier(1).verify(copy, TransferListener.NONE).problems()).isEmpty();
  }

  @Test
  void BAD103_aPlainPullOfAnEqualHeadFetchesWhatIsMissing() throws IOException {
    push();
    assertThat(pull(plain()).mended()).isZero();
    Dataset copy = ours.require("gps");
    Map<String, String> good = files(copy.folder());
    for (String file : good.keySet()) {
      if (!file.startsWith("refs") && !file.endsWith(copy.head().toString())) {
        disk.delete(copy.folder().resolve(file));
        TransferReport report = pull(plain());
        assertThat(files(copy.folder())).as(file).isEqualTo(good);
        assertThat(report.mended()).as(file).isEqualTo(1);
        assertThat(report.blocks()).isZero();
        assertThat(report.isUpdated()).isTrue();
      }
      if (file.startsWith("data")) {
        replace(copy.folder().resolve(file), new byte[] {1, 2, 3});
        assertThat(pull(plain()).mended()).isEqualTo(1);
        assertThat(files(copy.folder())).as(file).isEqualTo(good);
      }
    }
    assertThat(pull(plain()).isUpdated()).isFalse();
  }

  @Test
  void BAD103_aPlainPullOfALaterHeadFetchesWhatIsMissingToo() throws IOException {
    push();
    pull(plain());
    Dataset copy = ours.require("gps");
    disk.delete(copy.slicePath(copy.slicesFromEnd().iterator().next()));
    Fixtures.pushRows(theirs.require("gps"), 2);
    push();
    TransferReport report = pull(plain());
    assertThat(report.isForced()).isFalse();
    assertThat(files(ours.require("gps").folder())).isEqualTo(files(REMOTE));
    assertThat(new Verifier(1).verify(copy, TransferListener.NONE).problems()).isEmpty();
  }

  @Test
  void aGapIsNoReasonToLoseAnotherHistory() throws IOException {
    push();
    pull(plain());
    Dataset copy = ours.require("gps");
    Fixtures.pushRows(copy, 2);
    disk.delete(copy.slicePath(copy.slicesFromEnd().iterator().next()));
    assertCode(ErrorCode.DIVERGED, () -> pull(plain()), "ahead of " + URL);
  }

  @Test
  void BAD103_aForcedPullMendsWhatIsDamaged() throws IOException {
    push();
    pull(plain());
    Dataset copy = ours.require("gps");
    Map<String, String> good = files(copy.folder());
    for (String file : good.keySet()) {
      replace(copy.folder().resolve(file), new byte[] {1, 2, 3});
      pull(options(true, false));
      assertThat(files(ours.require("gps").folder())).as(file).isEqualTo(good);
      disk.delete(copy.folder().resolve(file));
      pull(options(true, false));
      assertThat(files(ours.require("gps").folder())).as(file).isEqualTo(good);
    }
    assertThat(new Verifier(1).verify(copy, TransferListener.NONE).problems()).isEmpty();
  }

  @Test
  void aPullThatFailsLeavesNothing() throws IOException {
    push();
    Map<String, String> good = files(REMOTE);
    for (String file : good.keySet()) {
      Path path = REMOTE.resolve(file);
      byte[] bytes = disk.readAll(path);
      byte[] flipped = bytes.clone();
      flipped[bytes.length / 2] ^= 1;
      replace(path, flipped);
      assertThatThrownBy(() -> pull(plain())).as(file).isInstanceOf(CatchwaterException.class);
      disk.delete(path);
      assertThatThrownBy(() -> pull(plain())).as(file).isInstanceOf(CatchwaterException.class);
      replace(path, bytes);
      assertThat(ours.list()).isEmpty();
      Path run = ours.root().resolve("run");
      for (String name : disk.list(run)) {
        assertThat(name.endsWith(".lock") || disk.list(run.resolve(name)).isEmpty())
            .as(name)
            .isTrue();
      }
      assertThat(disk.openFiles()).isZero();
    }
    assertThat(pull(plain()).isUpdated()).isTrue();
  }

  @Test
  void aFolderThatIsSomethingElseIsNotPushedTo() throws IOException {
    disk.createDirectories(REMOTE.resolve("photos"));
    assertCode(ErrorCode.BAD_ARGUMENT, this::push, "not empty and holds no dataset");
    disk.delete(REMOTE.resolve("photos"));
    push();
    Dataset other = Fixtures.create(theirs, "other");
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () -> new Replicator(theirs).push(other, URL, options(true, false)),
        "There is another dataset at");
    assertCode(
        ErrorCode.BAD_ARGUMENT,
        () -> new Replicator(theirs).push(other, "file://" + source.folder(), plain()),
        "Cannot push into the workspace itself");
  }

  @Test
  void whatCannotBeAnAddressIsRefused() {
    for (String url : new String[] {"gps", "s3://bucket/x", "file://host/x", "http://h/?a", "::"}) {
      assertCode(
          ErrorCode.BAD_ARGUMENT, () -> new Replicator(ours).pull(url, null, plain()), "ddress");
    }
    assertCode(
        ErrorCode.UNSUPPORTED,
        () -> new Replicator(theirs).push(source, "https://example.org/gps", plain()),
        "can only be read");
    assertCode(ErrorCode.OBJECT_NOT_FOUND, () -> pull(plain()), "There is no dataset at " + URL);
  }

  @Test
  void pullsOverHttpAndTriesAgain() throws IOException {
    push();
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = read(Path.of(exchange.getRequestURI().getPath()));
          boolean isBusy = requests.incrementAndGet() % 5 == 0;
          if (bytes == null || isBusy) {
            exchange.sendResponseHeaders(isBusy ? 503 : 404, -1);
          } else {
            exchange.sendResponseHeaders(200, bytes.length);
            try (OutputStream body = exchange.getResponseBody()) {
              body.write(bytes);
            }
          }
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/remote/gps";
      new Replicator(ours).pull(url, null, options(false, true));
      assertThat(files(ours.require("gps").folder())).isEqualTo(files(source.folder()));
      assertThat(requests.get()).isGreaterThan(8);
      assertCode(
          ErrorCode.OBJECT_NOT_FOUND,
          () -> new Replicator(ours).pull(url + "x", null, plain()),
          "There is no dataset at");
    } finally {
      server.stop(0);
    }
    assertCode(
        ErrorCode.REMOTE_UNAVAILABLE,
        () -> new Replicator(ours).pull(ours.require("gps"), plain()),
        "The remote does not answer");
  }

  private byte @Nullable [] read(Path path) throws IOException {
    try {
      return disk.readAll(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
