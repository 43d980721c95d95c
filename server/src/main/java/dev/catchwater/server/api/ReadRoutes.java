package dev.catchwater.server.api;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.query.Tail;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Rows of one dataset: its last ones.
final class ReadRoutes {
  private static final long TAIL_ROWS = 100;
  private static final long TAIL_ROWS_MAX = 1_000_000;

  private final Premises premises;

  ReadRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /{dataset}/tail`
  Answer tail(Call call) throws IOException {
    RowText.requireJsonAccepted(call);
    long skip = call.number("skip", 0, Long.MAX_VALUE);
    long limit = call.number("limit", TAIL_ROWS, TAIL_ROWS_MAX);
    RowText.DataFormat format = RowText.DataFormat.of(call.parameter("dataFormat"));
    RowText.SchemaFormat schemaFormat = RowText.schemaFormat(call);
    Dataset dataset = premises.dataset(call);
    HotRows hot = premises.hotRows(dataset);
    return premises
        .rows()
        .answer(
            Math.min(limit, hot.nextOffset()),
            () -> premises.tail(dataset, hot, skip, limit),
            (out, tail) -> writeTail(out, tail, format, schemaFormat));
  }

  private static void writeTail(
      OutputStream out,
      Tail tail,
      RowText.DataFormat format,
      RowText.@Nullable SchemaFormat schemaFormat)
      throws IOException {
    RowText.write(out, "{");
    RowText.writeOutput(out, tail.schema(), tail::next, format, schemaFormat);
    RowText.write(out, "}");
  }
}
