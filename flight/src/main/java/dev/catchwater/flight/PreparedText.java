package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.query.sql.SqlText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallStatus;

/// A prepared statement: its text, and values for its parameters once they are bound. All of it is
/// in the handle that the client has, so that the server keeps nothing of it. Immutable.
///
/// @param values literals of SQL in the order of the parameters; empty where none were bound
record PreparedText(String sql, List<String> values) {
  private static final int VERSION = 1;

  PreparedText {
    values = List.copyOf(values);
  }

  /// The handle for the client.
  byte[] handle() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      write(out, sql);
      out.writeInt(values.size());
      for (String value : values) {
        write(out, value);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /// Reads a handle. It came from a client, who may have made it up: all it can say is a statement,
  /// which is looked at as any other.
  static PreparedText of(byte[] handle) {
    try (var in = new DataInputStream(new ByteArrayInputStream(handle))) {
      if (in.readUnsignedByte() != VERSION) {
        throw unknown();
      }
      String sql = read(in);
      List<String> values = new ArrayList<>();
      for (int count = in.readInt(); count > 0; count--) {
        values.add(read(in));
      }
      return new PreparedText(sql, values);
    } catch (IOException e) {
      throw unknown();
    }
  }

  /// How many parameters the text has.
  int parameterCount() {
    return SqlText.parameterCount(sql);
  }

  /// The statement with its values in it.
  ///
  /// @throws CatchwaterException `BAD_SQL` where values are missing, or there are too many
  String bound() {
    int wanted = parameterCount();
    Parameters.requireSame(wanted, values.size());
    return wanted == 0 ? sql : SqlText.bind(sql, values);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String read(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > in.available()) {
      throw unknown();
    }
    return new String(in.readNBytes(size), StandardCharsets.UTF_8);
  }

  private static RuntimeException unknown() {
    return CallStatus.NOT_FOUND
        .withDescription("There is no such prepared statement")
        .toRuntimeException();
  }
}
