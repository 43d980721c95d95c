package dev.catchwater.testkit;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The names on a [SimDisk]: as they are seen, as they would survive, and the changes between the
/// two in their order. Guarded by its disk.
final class SimTree {
  private final SimDisk.Mode mode;
  private final SimNode.Folder root = new SimNode.Folder();
  private final List<NameChange> pending = new ArrayList<>();
  private long changes;

  SimTree(SimDisk.Mode mode) {
    this.mode = mode;
  }

  SimNode.Folder root() {
    return root;
  }

  /// A name that leads to a node from now on, or to nothing.
  record Entry(SimNode.Folder folder, String name, @Nullable SimNode node) {}

  private record NameChange(long order, List<Entry> entries) {
    boolean touches(SimNode.Folder folder) {
      for (Entry entry : entries) {
        if (entry.folder() == folder) {
          return true;
        }
      }
      return false;
    }

    void makeDurable() {
      for (Entry entry : entries) {
        entry.folder().makeDurable(entry.name(), entry.node(), order);
      }
    }
  }

  /// Changes names, all at once; they last when they are synced.
  void change(Entry... entries) {
    for (Entry entry : entries) {
      entry.folder().put(entry.name(), entry.node());
    }
    pending.add(new NameChange(changes++, List.of(entries)));
  }

  @Nullable SimNode find(Path path) {
    SimNode at = root;
    for (Path name : path) {
      if (!(at instanceof SimNode.Folder folder)) {
        return null;
      }
      at = folder.names.get(name.toString());
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  SimNode.Folder parent(Path path) throws NoSuchFileException {
    Path parent = path.getParent();
    if (parent != null && find(parent) instanceof SimNode.Folder folder) {
      return folder;
    }
    throw new NoSuchFileException(path.toString());
  }

  /// Makes the names in a folder durable.
  void sync(SimNode.Folder found) {
    if (mode == SimDisk.Mode.EXT4) {
      int last = -1;
      for (int i = 0; i < pending.size(); i++) {
        last = pending.get(i).touches(found) ? i : last;
      }
      List<NameChange> done = pending.subList(0, last + 1);
      done.forEach(NameChange::makeDurable);
      done.clear();
    } else {
      List<NameChange> rest = new ArrayList<>();
      for (NameChange change : pending) {
        if (change.touches(found)) {
          change.makeDurable();
        } else {
          rest.add(change);
        }
      }
      pending.clear();
      pending.addAll(rest);
    }
  }

  /// The tree after a power cut: durable names, and of the later ones what the mode lets survive.
  SimTree afterPowerCut(SplittableRandom random) {
    if (mode == SimDisk.Mode.EXT4) {
      int kept = random.nextInt(pending.size() + 1);
      for (NameChange change : pending.subList(0, kept)) {
        change.makeDurable();
      }
    } else {
      int chance = random.nextInt(4); // from nothing to all, so that both ends are met often
      for (NameChange change : pending) {
        if (random.nextInt(3) < chance) {
          change.makeDurable();
        }
      }
    }
    SimTree next = new SimTree(mode);
    copy(root, next.root, random, new IdentityHashMap<>());
    return next;
  }

  /// The tree after the process ended and the machine went on.
  SimTree afterKill() {
    SimTree next = new SimTree(mode);
    next.changes = changes;
    IdentityHashMap<SimNode, SimNode> copies = new IdentityHashMap<>();
    copy(root, next.root, null, copies);
    for (NameChange change : pending) {
      List<Entry> entries = new ArrayList<>();
      for (Entry entry : change.entries()) {
        SimNode folder = copies.get(entry.folder());
        if (folder instanceof SimNode.Folder copied) {
          SimNode node = entry.node();
          entries.add(
              new Entry(copied, entry.name(), node == null ? null : copyOf(node, null, copies)));
        }
      }
      next.pending.add(new NameChange(change.order(), entries));
    }
    return next;
  }

  private void copy(
      SimNode.Folder from,
      SimNode.Folder to,
      @Nullable SplittableRandom powerCut,
      IdentityHashMap<SimNode, SimNode> copies) {
    copies.put(from, to);
    for (Map.Entry<String, SimNode> entry : new TreeMap<>(from.durable).entrySet()) {
      SimNode copied = copyOf(entry.getValue(), powerCut, copies);
      to.durable.put(entry.getKey(), copied);
      if (powerCut != null) {
        to.names.put(entry.getKey(), copied);
      }
    }
    if (powerCut == null) {
      to.durableSince.putAll(from.durableSince);
      for (Map.Entry<String, SimNode> entry : from.names.entrySet()) {
        to.names.put(entry.getKey(), copyOf(entry.getValue(), null, copies));
      }
    }
  }

  private SimNode copyOf(
      SimNode node, @Nullable SplittableRandom powerCut, IdentityHashMap<SimNode, SimNode> copies) {
    SimNode known = copies.get(node);
    if (known != null) {
      return known;
    }
    return switch (node) {
      case SimNode.File file -> {
        SimNode.File copied = powerCut != null ? file.damaged(powerCut) : file.survivor();
        copies.put(file, copied);
        yield copied;
      }
      case SimNode.Folder folder -> {
        SimNode.Folder copied = new SimNode.Folder();
        copy(folder, copied, powerCut, copies);
        yield copied;
      }
    };
  }
}
