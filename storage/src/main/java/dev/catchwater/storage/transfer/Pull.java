package dev.catchwater.storage.transfer;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.ReplicaWriter;
import dev.catchwater.storage.Slices;
import dev.catchwater.storage.StagedFile;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One pull. Nothing the remote says is believed: block hashes, the rules of the chain, physical
/// hashes and the rows of each slice are checked before anything becomes visible. Used once.
final class Pull {
  private final Workspace workspace;
  private final Remote remote;
  private final DatasetName name;
  private final Replicator.Options options;
  private final Transfers transfers;
  private final AtomicLong fetched = new AtomicLong();

  /// A block as the remote has it.
  private record Foreign(Multihash hash, byte[] bytes, MetadataBlock block) {}

  /// An object to be fetched for a block.
  private record Wanted(
      Remote.Kind kind, Multihash hash, long size, @Nullable HashedBlock block, ChainState state) {}

  Pull(
      Workspace workspace,
      Remote remote,
      DatasetName name,
      Replicator.Options options,
      Transfers transfers) {
    this.workspace = workspace;
    this.remote = remote;
    this.name = name;
    this.options = options;
    this.transfers = transfers;
  }

  TransferReport run() {
    Optional<Multihash> head = remote.head();
    if (head.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.OBJECT_NOT_FOUND, "There is no dataset at " + remote.url())
          .withHint("it has no refs/head");
    }
    Optional<Dataset> local = workspace.find(name);
    if (local.isPresent()) {
      return into(local.get().id(), head.get(), List.of());
    }
    List<Foreign> chain = read(head.get(), null);
    return into(seedOf(chain), head.get(), chain);
  }

  private DatasetId seedOf(List<Foreign> chain) {
    if (chain.getFirst().block().event() instanceof Seed seed) {
      return seed.datasetId();
    }
    throw CatchwaterException.of(
        ErrorCode.CORRUPT, "The chain at " + remote.url() + " does not begin with a Seed");
  }

  /// @param whole the remote's chain if it was read already, or empty
  private TransferReport into(DatasetId id, Multihash head, List<Foreign> whole) {
    try (ReplicaWriter writer =
        ReplicaWriter.open(workspace, id, name, options.isForced(), options.lockWait())) {
      Multihash known = writer.base().isEmpty() ? null : writer.base().head();
      boolean isRepair = known != null && (options.isForced() || hasGaps());
      if (head.equals(known) && !isRepair) {
        return keep(writer);
      }
      List<Foreign> chain =
          whole.isEmpty() || known != null ? read(head, isRepair ? null : known) : whole;
      if (chain.getFirst().block().prevBlockHash() == null) {
        requireSame(id, chain);
        if (known != null && !options.isForced() && !contains(chain, known)) {
          throw diverged(chain, known);
        }
      }
      return take(writer, chain, known);
    }
  }

  /// Whether what the local head leads to is not all there.
  private boolean hasGaps() {
    return MissingObjects.count(workspace.require(name.toString())) > 0;
  }

  private static boolean contains(List<Foreign> chain, Multihash block) {
    for (Foreign foreign : chain) {
      if (foreign.hash().equals(block)) {
        return true;
      }
    }
    return false;
  }

  private TransferReport keep(ReplicaWriter writer) {
    Optional<Dataset> dataset = workspace.find(name);
    boolean isNew =
        options.isAliasKept()
            && dataset.isPresent()
            && !Aliases.of(dataset.get()).pull().contains(remote.url());
    if (isNew) {
      writer.keepAliases(Aliases.of(dataset.get()).withPull(remote.url()));
    }
    return new TransferReport(name, 0, 0, false, 0);
  }

  private void requireSame(DatasetId id, List<Foreign> chain) {
    DatasetId found = seedOf(chain);
    if (!found.equals(id)) {
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "Dataset " + name + " already exists and is not the one at " + remote.url())
          .withHint("that is " + found + "; choose another name with --as");
    }
  }

  private CatchwaterException diverged(List<Foreign> chain, Multihash known) {
    Set<Multihash> theirs = new HashSet<>();
    for (Foreign block : chain) {
      theirs.add(block.hash());
    }
    Dataset dataset = workspace.require(name.toString());
    long ahead = 0;
    for (HashedBlock block : dataset.blocks()) {
      if (theirs.contains(block.hash())) {
        break;
      }
      ahead++;
    }
    boolean isAhead = theirs.contains(chain.getLast().hash()) && isOurs(dataset, chain);
    String message =
        isAhead
            ? "Dataset " + name + " is " + ahead + " block(s) ahead of " + remote.url()
            : "Dataset "
                + name
                + " and "
                + remote.url()
                + " have diverged: "
                + ahead
                + " block(s) here are not there";
    return CatchwaterException.of(ErrorCode.DIVERGED, message)
        .withHint("--force takes their history and drops ours from " + known + " on");
  }

  private static boolean isOurs(Dataset dataset, List<Foreign> chain) {
    Multihash head = chain.getLast().hash();
    for (HashedBlock block : dataset.blocks()) {
      if (block.hash().equals(head)) {
        return true;
      }
    }
    return false;
  }

  /// The remote's blocks after `known`, first one first; all of them if `known` is not among them.
  private List<Foreign> read(Multihash head, @Nullable Multihash known) {
    Deque<Foreign> chain = new ArrayDeque<>();
    Multihash next = head;
    while (next != null && !next.equals(known)) {
      byte[] bytes = remote.block(next);
      MetadataBlock block = decode(next, bytes);
      chain.push(new Foreign(next, bytes, block));
      next = block.prevBlockHash();
    }
    return List.copyOf(chain);
  }

  private MetadataBlock decode(Multihash hash, byte[] bytes) {
    try {
      return MetadataBlockCodec.decode(bytes);
    } catch (CatchwaterException e) {
      throw e.withPlace(Place.of(remote.url() + "blocks/" + hash));
    }
  }

  private TransferReport take(
      ReplicaWriter writer, List<Foreign> chain, @Nullable Multihash known) {
    boolean isContinued = known != null && known.equals(chain.getFirst().block().prevBlockHash());
    ChainState state = isContinued ? writer.base() : ChainState.EMPTY;
    List<Wanted> wanted = new ArrayList<>();
    long blockBytes = 0;
    long firstKept = firstKept(chain);
    for (Foreign foreign : chain) {
      state = ReplicaWriter.append(state, foreign.hash(), foreign.bytes());
      collect(new HashedBlock(foreign.hash(), foreign.block()), state, wanted, firstKept);
      blockBytes += foreign.bytes().length;
    }
    long blocksMissing = known == null ? 0 : blocksMissing(writer, chain);
    fetch(writer, wanted);
    transfers.run(blockCopies(writer, chain));
    Aliases aliases = null;
    if (options.isAliasKept()) {
      Optional<Dataset> dataset = workspace.find(name);
      Aliases before =
          dataset.isPresent() ? Aliases.of(dataset.get()) : new Aliases(List.of(), List.of());
      aliases = before.withPull(remote.url());
    }
    boolean isReplaced = known != null && !isContinued && !contains(chain, known);
    writer.commit(state, aliases);
    boolean isSame = known != null && known.equals(state.head());
    return new TransferReport(
        name,
        isSame ? 0 : chain.size(),
        blockBytes + transfers.done(),
        isReplaced,
        isSame ? fetched.get() + blocksMissing : 0);
  }

  private long blocksMissing(ReplicaWriter writer, List<Foreign> chain) {
    long missing = 0;
    for (Foreign foreign : chain) {
      Path place = writer.target().block(foreign.hash());
      long size = foreign.bytes().length;
      missing += ObjectHash.matches(workspace.disk(), place, foreign.hash(), size) ? 0 : 1;
    }
    return missing;
  }

  private static List<Transfers.Copy> blockCopies(ReplicaWriter writer, List<Foreign> chain) {
    List<Transfers.Copy> copies = new ArrayList<>(chain.size());
    for (Foreign foreign : chain) {
      copies.add(() -> writer.writeBlock(foreign.hash(), foreign.bytes()));
    }
    return copies;
  }

  private static long firstKept(List<Foreign> chain) {
    for (Foreign foreign : chain.reversed()) {
      if (foreign.block().event() instanceof AddData newest) {
        return Slices.firstKept(newest);
      }
    }
    return 0;
  }

  // What has expired at the remote's head is not there, or not for long.
  private static void collect(
      HashedBlock block, ChainState state, List<Wanted> wanted, long firstKept) {
    DataSlice slice = null;
    Checkpoint checkpoint = null;
    if (block.block().event() instanceof AddData event) {
      slice = event.newData();
      checkpoint = event.newCheckpoint();
    } else if (block.block().event() instanceof ExecuteTransform event) {
      slice = event.newData();
      checkpoint = event.newCheckpoint();
    }
    if (slice != null && slice.offsetEnd() >= firstKept) {
      wanted.add(new Wanted(Remote.Kind.DATA, slice.physicalHash(), slice.size(), block, state));
    }
    if (checkpoint != null) {
      wanted.add(
          new Wanted(
              Remote.Kind.CHECKPOINT, checkpoint.physicalHash(), checkpoint.size(), null, state));
    }
  }

  private void fetch(ReplicaWriter writer, List<Wanted> wanted) {
    List<Transfers.Copy> copies = new ArrayList<>(wanted.size());
    Set<Path> places = new HashSet<>();
    for (Wanted object : wanted) {
      if (places.add(place(writer, object))) {
        transfers.expect(object.size());
        copies.add(() -> fetch(writer, object));
      }
    }
    transfers.run(copies);
  }

  private static Path place(ReplicaWriter writer, Wanted object) {
    return object.kind() == Remote.Kind.DATA
        ? writer.target().data(object.hash())
        : writer.target().checkpoint(object.hash());
  }

  private void fetch(ReplicaWriter writer, Wanted object) {
    Path place = place(writer, object);
    if (ObjectHash.matches(workspace.disk(), place, object.hash(), object.size())) {
      transfers.finished(object.size());
      return;
    }
    StagedFile file = writer.stage();
    String from = remote.url() + object.kind().folder() + "/" + object.hash();
    try {
      remote.copy(object.kind(), object.hash(), object.size(), file.file());
    } catch (IOException e) {
      CatchwaterException failure = DiskFailure.of(file.path(), e);
      throw failure.withPlace(Place.of(from));
    }
    if (!ObjectHash.matches(workspace.disk(), file.path(), object.hash(), object.size())) {
      throw CatchwaterException.at(
          ErrorCode.CORRUPT, Place.of(from), "What the remote has is not what its name says");
    }
    checkRows(object, file.path(), from);
    writer.finish(file, place);
    fetched.incrementAndGet();
    transfers.finished(object.size());
  }

  private void checkRows(Wanted object, Path file, String from) {
    HashedBlock block = object.block();
    if (block == null) {
      return;
    }
    DataSlice slice =
        switch (block.block().event()) {
          case AddData event -> event.newData();
          case ExecuteTransform event -> event.newData();
          default -> null;
        };
    if (slice == null) {
      return;
    }
    List<CatchwaterException> problems =
        Verifier.checkRows(workspace.disk(), file, slice, block, object.state());
    if (!problems.isEmpty()) {
      CatchwaterException first = problems.getFirst();
      throw first.withPlace(Place.of(from));
    }
  }
}
