package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  private SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);
  private Workspace workspace = makeWorkspace();

  @BeforeEach
  void fresh() {
    disk = new SimDisk(SimDisk.Mode.STRICT, 1);
    workspace = makeWorkspace();
  }

  private Workspace makeWorkspace() {
    try {
      disk.createDirectories(Fixtures.HOME);
      return Workspace.init(disk, Fixtures.HOME);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertCode(ErrorCode code, Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private List<String> names() {
    return workspace.list().stream().map(dataset -> dataset.name().toString()).toList();
  }

  private void write(Path file, String text) throws IOException {
    disk.delete(file);
    try (DiskFile out = disk.create(file)) {
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      out.write(bytes, 0, bytes.length, 0);
    }
  }

  @Test
  void A1_aSecondInitIsRefused() {
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () -> Workspace.init(disk, Fixtures.HOME),
        "Directory is already a kamu workspace");
  }

  private Dataset replace(String... names) {
    return workspace
        .replace(
            java.util.Arrays.stream(names).map(Fixtures::root).toList(),
            Fixtures.START,
            new SplittableRandom(9),
            LockWait.none())
        .getFirst();
  }

  @Test
  void aReplacedDatasetIsAnotherOneAndNothingOfTheOldOneIsLeft() throws IOException {
    Dataset old = Fixtures.create(workspace, "gps");
    Fixtures.push(old, new byte[500], 3);
    Path index = old.indexFolder();
    Dataset fresh = replace("GPS", "other");
    assertThat(names()).containsExactly("GPS", "other");
    assertThat(workspace.require("gps").id()).isEqualTo(fresh.id()).isNotEqualTo(old.id());
    assertThat(workspace.require("gps").state().lastOffset()).isNull();
    assertThat(disk.exists(index)).isFalse();
    assertThat(disk.list(workspace.root().resolve("run"))).allMatch(name -> name.endsWith(".lock"));
    Fixtures.push(workspace.require("gps"), new byte[10], 1);
    assertCode(
        ErrorCode.DATASET_NOT_FOUND,
        () -> old.openWriter(LockWait.none()),
        "Dataset not found: gps");
  }

  @Test
  void aReplacementThatIsRefusedChangesNothing() {
    Dataset input = Fixtures.create(workspace, "input");
    Fixtures.create(workspace, "busy");
    workspace.create(
        List.of(Fixtures.derivative("derived", "input")), Fixtures.START, new SplittableRandom(3));
    assertCode(ErrorCode.REFERENCED, () -> replace("input"), "is referenced by: derived");
    assertCode(ErrorCode.ALREADY_EXISTS, () -> replace("busy", "busy"), "Already exists");
    Dataset busy = workspace.require("busy");
    try (DatasetWriter _ = busy.openWriter(LockWait.none())) {
      assertCode(ErrorCode.DATASET_LOCKED, () -> replace("fresh", "busy"), "busy");
    }
    assertThat(names()).containsExactly("busy", "derived", "input");
    assertThat(workspace.require("busy").id()).isEqualTo(busy.id());
    assertThat(workspace.require("input").id()).isEqualTo(input.id());
  }

  @Test
  void theWorkspaceIsFoundFromBelow() throws IOException {
    Path deep = Fixtures.HOME.resolve("a/b/c");
    disk.createDirectories(deep);
    assertThat(Workspace.find(disk, deep, null).root()).isEqualTo(workspace.root());
  }

  @Test
  void A2_outsideThereIsNone() {
    assertCode(
        ErrorCode.WORKSPACE_NOT_FOUND,
        () -> Workspace.find(disk, Path.of("/elsewhere"), null),
        "Directory is not a kamu workspace");
  }

  @Test
  void theVariableForcesOneAndNothingElseIsLookedAt() {
    Path elsewhere = Path.of("/elsewhere");
    assertThat(Workspace.find(disk, elsewhere, "/home").root()).isEqualTo(workspace.root());
    assertThat(Workspace.find(disk, elsewhere, "/home/.catchwater").root())
        .isEqualTo(workspace.root());
    assertThat(Workspace.find(disk, elsewhere, "../home").root()).isEqualTo(workspace.root());
    assertCode(
        ErrorCode.WORKSPACE_NOT_FOUND,
        () -> Workspace.find(disk, Fixtures.HOME, "/nowhere"),
        "not a kamu workspace");
  }

  @Test
  void BAD95_anotherVersionIsRefusedInOneLine() throws IOException {
    write(workspace.root().resolve("version"), "9\n");
    assertCode(
        ErrorCode.UNSUPPORTED,
        () -> Workspace.find(disk, Fixtures.HOME, null),
        "The workspace has version '9', this program reads 1");
  }

  @Test
  void aDatasetIsFoundByNameInAnyCaseAndById() {
    Dataset made = Fixtures.create(workspace, "Gps.Raw");
    assertThat(names()).containsExactly("Gps.Raw");
    assertThat(workspace.require("gps.RAW").id()).isEqualTo(made.id());
    assertThat(workspace.require(made.id().toString()).name().toString()).isEqualTo("Gps.Raw");
    assertThat(made.state().blockCount()).isEqualTo(3);
    assertThat(made.folder()).hasFileName("gps.raw");
  }

  @Test
  void A27_aMissingDatasetIsNamed() {
    assertCode(
        ErrorCode.DATASET_NOT_FOUND,
        () -> workspace.require("player-scores"),
        "Dataset not found: player-scores");
  }

  @Test
  void BAD89_namesThatDifferOnlyInCaseAreOneName() {
    Fixtures.create(workspace, "TITLE");
    assertCode(
        ErrorCode.ALREADY_EXISTS, () -> Fixtures.create(workspace, "title"), "Already exists");
    assertThat(names()).containsExactly("TITLE");
  }

  @Test
  void A9_nothingRemainsWhereOneFails() throws IOException {
    assertCode(
        ErrorCode.BAD_EVENT,
        () ->
            workspace.create(
                List.of(
                    Fixtures.root("plain"),
                    Fixtures.derivative("with-duplicates", "plain", "plain")),
                Fixtures.START,
                new SplittableRandom(1)),
        "Failed to add dataset with-duplicates: Invalid snapshot: Invalid event: "
            + "Transform contains duplicate inputs");
    assertThat(names()).isEmpty();
    assertThat(disk.list(workspace.root().resolve("run"))).containsExactly("workspace.lock");
  }

  @Test
  void BAD19_aNameTwiceInOneCommandMakesNone() {
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () ->
            workspace.create(
                List.of(Fixtures.root("a"), Fixtures.root("A")),
                Fixtures.START,
                new SplittableRandom(1)),
        "Failed to add dataset A: Already exists");
    assertThat(names()).isEmpty();
  }

  @Test
  void inputsAreStoredById() {
    List<Dataset> made =
        workspace.create(
            List.of(Fixtures.derivative("leaderboard", "scores"), Fixtures.root("scores")),
            Fixtures.START,
            new SplittableRandom(1));
    SetTransform transform = Objects.requireNonNull(made.getFirst().state().transform());
    assertThat(transform.inputs().getFirst().datasetRef()).isEqualTo(made.get(1).id().toString());
    assertThat(transform.inputs().getFirst().alias()).isEqualTo("scores");
    assertCode(
        ErrorCode.DATASET_NOT_FOUND,
        () ->
            workspace.create(
                List.of(Fixtures.derivative("x", "missing")),
                Fixtures.START,
                new SplittableRandom(2)),
        "Failed to add dataset x: Invalid snapshot: Dataset not found: missing");
  }

  @Test
  void A26_whatIsReferencedIsNotDeletedAlone() {
    Dataset scores = Fixtures.create(workspace, "player-scores");
    Dataset board =
        workspace
            .create(
                List.of(Fixtures.derivative("leaderboard", "player-scores")),
                Fixtures.START,
                new SplittableRandom(1))
            .getFirst();
    assertCode(
        ErrorCode.REFERENCED,
        () -> workspace.delete(List.of(scores), LockWait.none()),
        "Dataset player-scores is referenced by: leaderboard");
    workspace.delete(List.of(scores, board), LockWait.none());
    assertThat(names()).isEmpty();
  }

  @Test
  void deleteLeavesNothingBehind() throws IOException {
    Dataset dataset = Fixtures.create(workspace, "gps");
    Fixtures.push(dataset, new byte[100], 3);
    workspace.delete(List.of(dataset), LockWait.none());
    assertThat(names()).isEmpty();
    assertThat(disk.list(workspace.root().resolve("index"))).isEmpty();
    assertThat(disk.list(workspace.root().resolve("run"))).allMatch(name -> name.endsWith(".lock"));
    assertCode(
        ErrorCode.DATASET_NOT_FOUND,
        () -> dataset.openWriter(LockWait.none()),
        "Dataset not found: gps");
  }

  @Test
  void renameKeepsTheDataset() throws IOException {
    Dataset dataset = Fixtures.create(workspace, "Old");
    Fixtures.push(dataset, new byte[] {1, 2, 3}, 1);
    Fixtures.create(workspace, "taken");
    assertCode(
        ErrorCode.ALREADY_EXISTS,
        () -> workspace.rename(dataset, DatasetName.parse("Taken"), LockWait.none()),
        "Dataset Taken already exists");
    Dataset renamed = workspace.rename(dataset, DatasetName.parse("New"), LockWait.none());
    assertThat(renamed.state().lastOffset()).isZero();
    assertThat(names()).containsExactly("New", "taken");
    workspace.rename(renamed, DatasetName.parse("NEW"), LockWait.none());
    assertThat(names()).containsExactly("NEW", "taken");
    assertThat(disk.list(renamed.folder().resolve("info"))).containsExactly("alias", "id");
  }

  @Test
  void BAD104_whatIsNotOursIsIgnoredAndLeftAlone() throws IOException {
    Dataset dataset = Fixtures.create(workspace, "gps");
    Path datasets = workspace.root().resolve("datasets");
    write(datasets.resolve(".DS_Store"), "x");
    write(datasets.resolve("notes~"), "x");
    disk.createDirectories(datasets.resolve("Backup"));
    disk.createDirectories(datasets.resolve("empty"));
    write(dataset.folder().resolve("blocks").resolve(".pending-abcdefghijklmnop"), "x");
    Fixtures.push(dataset, new byte[] {1}, 1);
    assertThat(names()).containsExactly("gps");
    assertThat(disk.list(datasets)).contains(".DS_Store", "notes~", "Backup", "empty", "gps");
    assertThat(disk.list(dataset.folder().resolve("blocks"))).contains(".pending-abcdefghijklmnop");
  }
}
