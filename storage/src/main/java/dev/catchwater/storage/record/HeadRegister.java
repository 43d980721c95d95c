package dev.catchwater.storage.record;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest head of a dataset that this workspace has seen, kept outside of the dataset's folder
/// (`head` in its folder of `state/`): a folder that somebody took from an older backup does not
/// have it, and is refused until somebody says that it is meant (reliability.md TH46).
///
/// It follows each commit and is not forced then: after a power cut it may name an older head,
/// which still is one of the chain, or be no text at all, which says nothing. A history that
/// catchwater itself replaces is noted in the [SideLog] before, so that it is told from one that
/// somebody else did. Stateless; for whoever holds the dataset's lock, but for [#lost].
public final class HeadRegister {
  private static final String FILE = "head";

  private HeadRegister() {}

  private record Known(Multihash head, long sequenceNumber) {}

  /// Makes the folder that the head is noted in, durably, since others keep there what must last:
  /// before a commit, which then has no sync behind its end.
  public static void prepare(Dataset dataset) throws IOException {
    Path folder = dataset.stateFolder();
    if (!dataset.disk().exists(folder)) {
      dataset.disk().createFolder(folder);
    }
  }

  /// Notes the head after a commit. A failure is swallowed: the commit is done.
  public static void follow(Dataset dataset, Multihash head, long sequenceNumber) {
    try {
      write(dataset, head, sequenceNumber, false);
    } catch (IOException e) {
      // What it says is older then, and still true.
    }
  }

  /// Notes a head that is about to be replaced, or that was accepted, durably.
  static void keep(Dataset dataset, Multihash head) throws IOException {
    long sequenceNumber;
    try {
      sequenceNumber = dataset.block(head).block().sequenceNumber();
    } catch (CatchwaterException e) {
      sequenceNumber = Long.MAX_VALUE; // damaged, which is why it goes
    }
    write(dataset, head, sequenceNumber, true);
  }

  /// Notes, durably, that another history that came from elsewhere is about to take the place of
  /// this one; does nothing where it continues it.
  ///
  /// @param former the head before
  public static void replace(Dataset dataset, Multihash former, Multihash head) throws IOException {
    for (HashedBlock block : dataset.blocksFrom(head)) {
      if (block.hash().equals(former)) {
        return;
      }
    }
    keep(dataset, former);
    SideLog.addRewrite(dataset, SideLog.REPLACE, former, head, null);
  }

  private static void write(Dataset dataset, Multihash head, long sequenceNumber, boolean isForced)
      throws IOException {
    Disk disk = dataset.disk();
    Path folder = dataset.stateFolder();
    Path next = folder.resolve(FILE + ".next");
    byte[] bytes = (head + " " + sequenceNumber + "\n").getBytes(StandardCharsets.US_ASCII);
    try (DiskFile out = create(disk, folder, next)) {
      out.write(bytes, 0, bytes.length, 0);
      if (isForced) {
        out.force();
      }
    }
    disk.rename(next, folder.resolve(FILE));
    if (isForced) {
      disk.syncDirectory(folder);
    }
  }

  private static DiskFile create(Disk disk, Path folder, Path next) throws IOException {
    try {
      return disk.create(next);
    } catch (IOException e) {
      disk.createFolder(folder);
      disk.delete(next); // of a process that died here
      return disk.create(next);
    }
  }

  private static @Nullable Known read(Dataset dataset) {
    Path file = dataset.stateFolder().resolve(FILE);
    try {
      if (!dataset.disk().exists(file)) {
        return null;
      }
      String text = new String(dataset.disk().readAll(file), StandardCharsets.US_ASCII);
      int space = text.indexOf(' ');
      if (space < 0 || !text.endsWith("\n")) {
        return null;
      }
      return new Known(
          Multihash.parse(text.substring(0, space)),
          Long.parseLong(text.substring(space + 1, text.length() - 1)));
    } catch (IOException | CatchwaterException | NumberFormatException e) {
      return null; // a power cut came before it was on the disk
    }
  }

  /// The newest head that was seen, where the dataset's history does not have it and nothing that
  /// catchwater did tells why; null where all is well, or nothing is known.
  ///
  /// @throws CatchwaterException where the chain cannot be read
  public static @Nullable Multihash lost(Dataset dataset) {
    Known known = read(dataset);
    if (known == null) {
      return null;
    }
    Multihash head = dataset.head();
    if (head.equals(known.head)
        || isIn(dataset, head, known)
        || wasReplaced(dataset, known, head)) {
      return null;
    }
    return known.head;
  }

  private static boolean isIn(Dataset dataset, Multihash head, Known known) {
    for (HashedBlock block : dataset.blocksFrom(head)) {
      if (block.block().sequenceNumber() <= known.sequenceNumber) {
        return block.hash().equals(known.head);
      }
    }
    return false;
  }

  private static boolean leadsTo(Dataset dataset, Multihash head, @Nullable String block) {
    for (HashedBlock one : dataset.blocksFrom(head)) {
      if (one.hash().toString().equals(block)) {
        return true;
      }
    }
    return false;
  }

  /// Whether catchwater replaced the history and a power cut came before this could be noted here.
  private static boolean wasReplaced(Dataset dataset, Known known, Multihash head) {
    try {
      List<SideLog.Entry> entries = SideLog.read(dataset);
      SideLog.Entry last = entries.isEmpty() ? null : entries.getLast();
      for (int i = entries.size() - 1; i >= 0 && last != null; i--) {
        last = entries.get(i);
        if (!last.kind().equals(SideLog.ROTATE_KEY)) {
          break;
        }
      }
      return last != null
          && known.head.toString().equals(last.text("former"))
          && leadsTo(dataset, head, last.text("head"));
    } catch (IOException e) {
      return false;
    }
  }

  /// Refuses a dataset whose history is not the newest one known.
  ///
  /// @throws CatchwaterException `ROLLBACK_DETECTED`
  public static void require(Dataset dataset) {
    Multihash lost = lost(dataset);
    if (lost != null) {
      throw CatchwaterException.of(
              ErrorCode.ROLLBACK_DETECTED,
              "The history of "
                  + dataset.name()
                  + " does not have block "
                  + lost
                  + ", which was its head: it was rolled back, or replaced")
          .withHint(
              "put the newer history back, or say that this one is meant: catchwater doctor"
                  + " --accept-rollback "
                  + dataset.name());
    }
  }

  /// Takes the history that is there, whatever was known: from now on it is the newest one. The
  /// side log says so.
  ///
  /// @param lost the head that it does not have
  public static void accept(Dataset dataset, Multihash lost, Instant at) throws IOException {
    Multihash head = dataset.head();
    SideLog.addRewrite(dataset, SideLog.ACCEPT_ROLLBACK, lost, head, at);
    keep(dataset, head);
  }
}
