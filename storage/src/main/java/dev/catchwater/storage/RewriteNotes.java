package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// What is remembered of pushes may be of rows that a reset took away (design §7.30). Whoever makes
/// another chain the history of a dataset notes it beside that memory, durably, before the head
/// moves; whoever reads the memory next forgets what is gone, and then the notes.
///
/// One line for each time: the head before, `-` if it could not be read, and the last offset up to
/// which the rows are the same, -1 for none. A line whose head is in the chain did not come to
/// pass, or was taken back. Used under the lock of the dataset's writer.
public final class RewriteNotes {
  private static final String NAME = "rewritten";
  private static final String UNKNOWN = "-";

  private RewriteNotes() {}

  /// Notes a history that is about to be replaced. Does nothing where no push is remembered.
  ///
  /// @param former its head, empty if it cannot be read
  /// @param kept the last offset that the new history has from it, -1 for none
  static void add(Dataset dataset, Optional<Multihash> former, LongSupplier kept)
      throws IOException {
    Disk disk = dataset.disk();
    Path folder = dataset.pushMemoryFolder();
    if (!disk.exists(folder)) {
      return;
    }
    String line = former.map(Multihash::toString).orElse(UNKNOWN) + ' ' + kept.getAsLong() + '\n';
    byte[] text = (read(dataset) + line).getBytes(StandardCharsets.US_ASCII);
    Path next = folder.resolve(NAME + ".next");
    disk.delete(next); // of a process that died here
    try (DiskFile file = disk.create(next)) {
      file.write(text, 0, text.length, 0);
      file.force();
    }
    disk.rename(next, folder.resolve(NAME));
    disk.syncDirectory(folder);
  }

  /// The last offset that two histories have in common, -1 for none.
  static long common(Dataset dataset, Multihash former, Multihash target) {
    Set<Multihash> chain = hashes(dataset, target);
    Multihash fork = target;
    try {
      for (HashedBlock block : dataset.blocksFrom(former)) {
        fork = block.hash();
        if (chain.contains(fork)) {
          break;
        }
      }
    } catch (CatchwaterException e) {
      fork = target; // the former history is damaged, which is why it is left
    }
    Long last = chain.contains(fork) ? dataset.stateAt(fork).lastOffset() : null;
    return last == null ? -1 : last;
  }

  private static Set<Multihash> hashes(Dataset dataset, Multihash head) {
    Set<Multihash> hashes = new HashSet<>();
    for (HashedBlock block : dataset.blocksFrom(head)) {
      hashes.add(block.hash());
    }
    return hashes;
  }

  /// Whether something was noted.
  public static boolean exist(Dataset dataset) throws IOException {
    return dataset.disk().exists(dataset.pushMemoryFolder().resolve(NAME));
  }

  /// The last offset whose row still is what it was when it was pushed; `Long.MAX_VALUE` where
  /// nothing was taken away.
  ///
  /// @throws CatchwaterException `CORRUPT` for notes that are none
  public static long kept(Dataset dataset) throws IOException {
    Set<Multihash> chain = hashes(dataset, dataset.head());
    long kept = Long.MAX_VALUE;
    for (String line : read(dataset).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      List<String> words = List.of(line.split(" ", -1));
      try {
        boolean isPast =
            words.getFirst().equals(UNKNOWN) || !chain.contains(Multihash.parse(words.getFirst()));
        kept = isPast ? Math.min(kept, Long.parseLong(words.getLast())) : kept;
      } catch (NumberFormatException e) {
        throw CatchwaterException.at(
                ErrorCode.CORRUPT,
                Place.of(dataset.pushMemoryFolder().resolve(NAME).toString()),
                "Stored bytes are not what was written")
            .withCause(e);
      }
    }
    return kept;
  }

  /// What was noted has been heeded.
  public static void delete(Dataset dataset) throws IOException {
    dataset.disk().delete(dataset.pushMemoryFolder().resolve(NAME));
    dataset.disk().syncDirectory(dataset.pushMemoryFolder());
  }

  private static String read(Dataset dataset) throws IOException {
    try {
      byte[] bytes = dataset.disk().readAll(dataset.pushMemoryFolder().resolve(NAME));
      return new String(bytes, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
