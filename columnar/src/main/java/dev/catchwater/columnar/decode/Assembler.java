package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.SchemaNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts nested columns together from the levels of their leaves (Dremel). The shape of a list or
/// struct is told by the first leaf below it; the others must agree in the number of rows.
final class Assembler {
  private final List<LeafRows.Entries> leaves;
  private int leaf;

  Assembler(List<LeafRows.Entries> leaves) {
    this.leaves = leaves;
  }

  Column assemble(SchemaNode node, int rowCount) {
    return node(node, rowCount, 0, 0);
  }

  /// The rows of a node: one for each entry that begins a slot of the innermost list around it.
  ///
  /// @param outerDefinition from which on there is a slot
  /// @param outerRepetition up to which an entry begins a slot
  private Column node(SchemaNode node, int rowCount, int outerDefinition, int outerRepetition) {
    LeafRows.Entries shape = leaves.get(leaf);
    Slots slots = new Slots(rowCount);
    slots.fill(node, shape, outerDefinition, outerRepetition);
    long @Nullable [] bits = node.optional() ? slots.validity() : null;
    if (node instanceof SchemaNode.ListNode list) {
      int[] offsets = offsets(list, shape, rowCount, outerDefinition, outerRepetition);
      Column items =
          node(list.item(), offsets[rowCount], list.itemDefinition(), list.itemRepetition());
      return new Column.Lists(rowCount, offsets, items, bits);
    }
    if (node instanceof SchemaNode.StructNode struct) {
      List<Column> children = new ArrayList<>(struct.children().size());
      for (SchemaNode child : struct.children()) {
        children.add(node(child, rowCount, outerDefinition, outerRepetition));
      }
      return new Column.Structs(rowCount, children, bits);
    }
    leaf++;
    return slots.spread(shape.values(), bits);
  }

  private static int[] offsets(
      SchemaNode.ListNode list,
      LeafRows.Entries shape,
      int rowCount,
      int outerDefinition,
      int outerRepetition) {
    int[] offsets = new int[rowCount + 1];
    int slot = -1;
    int items = 0;
    for (int i = 0; i < shape.count(); i++) {
      if (shape.definitions()[i] < outerDefinition) {
        continue;
      }
      if (shape.repetitions()[i] <= outerRepetition) {
        slot++;
        offsets[slot] = items;
      }
      if (shape.definitions()[i] >= list.itemDefinition()
          && shape.repetitions()[i] <= list.itemRepetition()) {
        items++;
      }
    }
    offsets[rowCount] = items;
    return offsets;
  }

  /// The slots of a node and which of them hold something.
  private static final class Slots {
    private final int count;
    private final int[] values;
    private final long[] validity;
    private boolean anyMissing;
    private boolean anyNull;

    Slots(int count) {
      this.count = count;
      this.values = new int[count];
      this.validity = new long[(count + 63) >> 6];
    }

    void fill(SchemaNode node, LeafRows.Entries shape, int outerDefinition, int outerRepetition) {
      boolean isLeaf = node instanceof SchemaNode.Leaf;
      int slot = 0;
      int value = 0;
      for (int i = 0; i < shape.count(); i++) {
        int definition = shape.definitions()[i];
        boolean there = definition >= node.definition();
        if (definition >= outerDefinition && shape.repetitions()[i] <= outerRepetition) {
          if (slot == count) {
            throw FileFooter.damaged("leaves of a column that do not fit together");
          }
          if (there) {
            validity[slot >> 6] |= 1L << slot;
            values[slot] = value;
          } else {
            values[slot] = -1;
            anyMissing = true;
          }
          anyNull |= !there;
          slot++;
        } else if (isLeaf && there) {
          throw FileFooter.damaged("a value outside any row");
        }
        value += isLeaf && there ? 1 : 0;
      }
      if (slot != count) {
        throw FileFooter.damaged("leaves of a column that do not fit together");
      }
    }

    long @Nullable [] validity() {
      return anyNull ? validity : null;
    }

    /// A column with the values in their slots; other slots hold nothing of meaning.
    Column spread(Column dense, long @Nullable [] bits) {
      if (dense instanceof Column.Nulls) {
        return new Column.Nulls(count);
      }
      if (!anyMissing) {
        return dense;
      }
      Column filled = withSpare(dense);
      int spare = filled.rowCount() - 1;
      int[] rows = Arrays.copyOf(values, count);
      for (int i = 0; i < count; i++) {
        rows[i] = rows[i] < 0 ? spare : rows[i];
      }
      Column column = RowSelection.take(filled, rows, count);
      return Spare.withValidity(column, bits);
    }

    private static Column withSpare(Column dense) {
      return RowSelection.concat(List.of(dense, Spare.of(dense)));
    }
  }
}
