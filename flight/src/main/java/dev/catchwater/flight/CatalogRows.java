package dev.catchwater.flight;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The few rows of an answer about catalogs: texts, numbers, truth values, bytes. Used by one
/// thread.
final class CatalogRows {
  private final Schema schema;
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  /// @param schema what Flight SQL says the answer looks like
  CatalogRows(Schema schema) {
    this.schema = schema;
  }

  /// A row; columns behind its values are null.
  void add(@Nullable Object... values) {
    rows.add(values);
  }

  /// Gives them to a reader.
  void send(ServerStreamListener reader, BufferAllocator memory) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
      root.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        @Nullable Object[] values = rows.get(row);
        for (int i = 0; i < values.length; i++) {
          put(root.getVector(i), row, values[i]);
        }
      }
      root.setRowCount(rows.size());
      reader.start(root);
      reader.putNext();
      reader.completed();
    }
  }

  private static void put(FieldVector vector, int row, @Nullable Object value) {
    switch (value) {
      case null -> {
        // What is not set is null.
      }
      case String text ->
          ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      case Integer number -> ((IntVector) vector).setSafe(row, number);
      case Boolean flag -> ((BitVector) vector).setSafe(row, flag ? 1 : 0);
      case byte[] bytes -> ((VarBinaryVector) vector).setSafe(row, bytes);
      default -> throw new IllegalStateException("no value of a catalog: " + value.getClass());
    }
  }
}
