package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// Values for the parameters of a prepared statement, as they come and as they are answered.
/// Stateless.
final class Parameters {
  private Parameters() {}

  /// What the client is told of the parameters.
  static Schema schema(PreparedText prepared) {
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i <= prepared.parameterCount(); i++) {
      fields.add(Field.nullable("parameter_" + i, ArrowType.Utf8.INSTANCE));
    }
    return new Schema(fields);
  }

  /// The values of the one row that a client sends, as literals.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` for more rows: a statement runs once
  static List<String> values(FlightStream stream) {
    List<String> values = null;
    while (stream.next()) {
      int rows = stream.getRoot().getRowCount();
      if (rows > 1 || (rows == 1 && values != null)) {
        throw CatchwaterException.of(
            ErrorCode.UNSUPPORTED, "A statement takes one row of values at a time");
      }
      if (rows == 1) {
        values = Literals.of(stream.getRoot(), 0);
      }
    }
    return values == null ? List.of() : values;
  }

  /// @throws CatchwaterException `BAD_SQL`
  static void requireSame(int wanted, int given) {
    if (wanted != given) {
      throw CatchwaterException.of(
          ErrorCode.BAD_SQL,
          "The statement has "
              + wanted
              + (wanted == 1 ? " parameter, " : " parameters, ")
              + given
              + " given");
    }
  }

  /// Answers a client with the handle of the statement that has the values.
  static void answer(StreamListener<PutResult> listener, byte[] result, BufferAllocator memory) {
    ArrowBuf buffer = memory.buffer(result.length);
    buffer.writeBytes(result);
    // It has the buffer from here on.
    try (PutResult put = PutResult.metadata(buffer)) {
      listener.onNext(put);
    }
    listener.onCompleted();
  }
}
