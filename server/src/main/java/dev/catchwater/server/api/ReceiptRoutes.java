package dev.catchwater.server.api;

import dev.catchwater.ingest.live.receipt.ReceiptStatus;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Receipts as they stand now, and the key they are signed with.
final class ReceiptRoutes {
  private final Premises premises;

  ReceiptRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /receipts/key`
  Answer key(Call call) {
    return Answer.text(
        200, "text/plain", premises.live().receiptKeys().signing().verifier() + "\n");
  }

  /// `GET /receipts/keys`
  Answer keys(Call call) {
    premises.live().receiptKeys().signing(); // made where there is none
    StringBuilder text = new StringBuilder();
    for (KnownKey key : premises.live().receiptKeys().known()) {
      text.append(key).append('\n');
    }
    return Answer.text(200, "text/plain", text.toString());
  }

  /// `GET /{dataset}/receipts/{id}`
  Answer one(Call call) {
    RowText.requireJsonAccepted(call);
    Dataset dataset = premises.dataset(call);
    return answer(premises.live().dataset(dataset).receipt(call.segment("id")));
  }

  /// `GET /receipts/{id}`
  Answer any(Call call) throws IOException {
    RowText.requireJsonAccepted(call);
    for (Dataset dataset : premises.workspace().list()) {
      if (!call.access().has(Scope.READ, dataset.name())) {
        continue;
      }
      if (!dataset.disk().exists(dataset.receiptsFolder()) && !dataset.hasUnsealedRows()) {
        continue;
      }
      try {
        ReceiptStatus found = premises.live().dataset(dataset).receipt(call.segment("id"));
        if (found != null) {
          return answer(found);
        }
      } catch (CatchwaterException e) {
        // One that is broken, or held by another process, does not hide the receipts of others.
      }
    }
    return answer(null);
  }

  private static Answer answer(@Nullable ReceiptStatus found) {
    if (found == null) {
      throw Refusal.of(404, ErrorCode.OBJECT_NOT_FOUND.slug(), "There is no such receipt");
    }
    return Answer.json(ReceiptJson.of(found.receipt()).put("status", found.state().slug()));
  }
}
