package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import java.util.ArrayList;
import java.util.List;

/// A column, or a part of one, as a tree with the levels that Parquet gives it. Immutable.
///
/// A definition level says how far down the path a value is there, a repetition level at which list
/// of the path it repeats (Dremel).
public sealed interface SchemaNode {
  String name();

  /// Whether a value may be absent here.
  boolean optional();

  /// The definition level from which on this node is there (a list may be empty then).
  int definition();

  /// The type, in an option where it may be absent.
  default DataType type() {
    DataType type = requiredType();
    return optional() ? type.optional() : type;
  }

  /// The type where it is there.
  DataType requiredType();

  /// The leaf that comes first below this node; tells the shape of the nodes above it.
  Leaf firstLeaf();

  /// Where values are stored: one column chunk a row group.
  ///
  /// @param index position among all leaves of the schema
  /// @param path names from the root down
  /// @param repetition lists on the path
  /// @param typeLength bytes of each value where the stored type is of fixed length, else 0
  record Leaf(
      int index,
      List<String> path,
      boolean optional,
      int definition,
      int repetition,
      PhysicalType physical,
      int typeLength,
      DataType requiredType,
      ValueOrder order)
      implements SchemaNode {
    public Leaf {
      path = List.copyOf(path);
    }

    @Override
    public String name() {
      return path.getLast();
    }

    @Override
    public Leaf firstLeaf() {
      return this;
    }

    /// Whether a row has one entry that is either a value or null at the leaf itself.
    public boolean isFlat() {
      return repetition == 0 && definition == (optional ? 1 : 0);
    }
  }

  /// A list.
  ///
  /// @param itemDefinition the definition level from which on there is an item
  /// @param itemRepetition the repetition level of a further item of the same list
  record ListNode(
      String name,
      boolean optional,
      int definition,
      int itemDefinition,
      int itemRepetition,
      SchemaNode item)
      implements SchemaNode {
    @Override
    public DataType requiredType() {
      return new DataType.ListOf(item.type(), null);
    }

    @Override
    public Leaf firstLeaf() {
      return item.firstLeaf();
    }
  }

  /// Named children.
  record StructNode(String name, boolean optional, int definition, List<SchemaNode> children)
      implements SchemaNode {
    public StructNode {
      children = List.copyOf(children);
    }

    @Override
    public DataType requiredType() {
      List<DataField> fields = new ArrayList<>(children.size());
      for (SchemaNode child : children) {
        fields.add(DataField.of(child.name(), child.type()));
      }
      return new DataType.Struct(fields);
    }

    @Override
    public Leaf firstLeaf() {
      return children.getFirst().firstLeaf();
    }
  }
}
