package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.SchemaNode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes nested columns apart: walks from the top of a column down to each leaf and notes levels on
/// the way (Dremel).
final class Shredder {
  /// What is done with the entries of a leaf.
  interface LeafEntries {
    void accept(SchemaNode.Leaf leaf, Column values, Levels levels);
  }

  private final LeafEntries sink;

  Shredder(LeafEntries sink) {
    this.sink = sink;
  }

  void shred(SchemaNode node, Column column) {
    int rows = column.rowCount();
    int[] slots = new int[rows];
    for (int i = 0; i < rows; i++) {
      slots[i] = i;
    }
    walk(node, column, new Levels(rows, new int[rows], new int[rows], slots));
  }

  private void walk(SchemaNode node, Column column, Levels levels) {
    Levels here = node.optional() ? defined(column, levels) : checked(node, column, levels);
    if (node instanceof SchemaNode.Leaf leaf) {
      sink.accept(leaf, column, here);
    } else if (node instanceof SchemaNode.StructNode struct) {
      Column.Structs values = (Column.Structs) column;
      for (int i = 0; i < struct.children().size(); i++) {
        walk(struct.children().get(i), values.children().get(i), here);
      }
    } else if (node instanceof SchemaNode.ListNode list) {
      Column.Lists values = (Column.Lists) column;
      walk(list.item(), values.items(), items(list, values, here));
    }
  }

  /// One level down where there is a value, an end where there is none.
  private static Levels defined(Column column, Levels outer) {
    long @Nullable [] bits = column.validity();
    int[] definitions = Arrays.copyOf(outer.definitions(), outer.entries());
    int[] slots = Arrays.copyOf(outer.slots(), outer.entries());
    for (int i = 0; i < outer.entries(); i++) {
      int slot = slots[i];
      if (slot >= 0) {
        if (bits == null || (bits[slot >> 6] & 1L << slot) != 0) {
          definitions[i]++;
        } else {
          slots[i] = -1;
        }
      }
    }
    return new Levels(outer.entries(), definitions, outer.repetitions(), slots);
  }

  private static Levels checked(SchemaNode node, Column column, Levels levels) {
    long[] bits = column.validity();
    if (bits != null) {
      for (int i = 0; i < levels.entries(); i++) {
        int slot = levels.slots()[i];
        if (slot >= 0 && (bits[slot >> 6] & 1L << slot) == 0) {
          throw ColumnEncoder.missingValue(node);
        }
      }
    }
    return levels;
  }

  private static Levels items(SchemaNode.ListNode node, Column.Lists lists, Levels outer) {
    int[] offsets = lists.offsets();
    int entries = 0;
    for (int i = 0; i < outer.entries(); i++) {
      int slot = outer.slots()[i];
      int length = slot < 0 ? 0 : offsets[slot + 1] - offsets[slot];
      entries = Math.addExact(entries, Math.max(1, length));
    }
    int[] definitions = new int[entries];
    int[] repetitions = new int[entries];
    int[] slots = new int[entries];
    int at = 0;
    for (int i = 0; i < outer.entries(); i++) {
      int slot = outer.slots()[i];
      int start = slot < 0 ? 0 : offsets[slot];
      int length = slot < 0 ? 0 : offsets[slot + 1] - start;
      repetitions[at] = outer.repetitions()[i];
      if (length == 0) {
        definitions[at] = outer.definitions()[i];
        slots[at++] = -1;
      }
      for (int item = 0; item < length; item++) {
        if (item > 0) {
          repetitions[at] = node.itemRepetition();
        }
        definitions[at] = node.itemDefinition();
        slots[at++] = start + item;
      }
    }
    return new Levels(entries, definitions, repetitions, slots);
  }
}
