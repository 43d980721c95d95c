package dev.catchwater.server.api;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.hook.BadSignature;
import dev.catchwater.server.hook.HookDesk;
import dev.catchwater.server.hook.HookHead;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `POST /{dataset}/webhook/{name}`: a push whose right is the sender's signature over its bytes,
/// not a token. Whoever has no right signature learns nothing: a dataset or webhook that is not
/// there is answered as a wrong signature is, after as much of the request was read (reliability
/// TH11). The signature gives no right to read: of what was there already the sender is told as
/// much as a token that may only push is (TH6).
final class WebhookRoute {
  // In whose name requests are counted that are for nobody. Its key is that of no dataset.
  private static final DatasetId NOBODY = DatasetId.parse("did:odf:fed01" + "0".repeat(64));

  private final Premises premises;
  private final IngestRoute pushes;

  WebhookRoute(Premises premises, IngestRoute pushes) {
    this.premises = premises;
    this.pushes = pushes;
  }

  Answer answer(Call call) throws IOException {
    call.outcome("not-applied");
    HookHead head = HookHead.of(call::header);
    if (head.hasDottedId()) {
      throw Refusal.of(
          400,
          "bad-header",
          "The header webhook-id has a '.', which stands between the parts of what is signed");
    }
    InputFormat format = format(call);
    requirePlain(call);
    Dataset dataset = find(call.segment("dataset"));
    DatasetId counted = dataset == null ? NOBODY : dataset.id();
    premises.bodies().check(call);
    long left = premises.quotas().enter(call::client, counted, call.bodyLength());
    try (Admission.Ticket ticket = premises.admission().enter(counted, call.bodyLength());
        ReceivedBody body = premises.bodies().receive(call)) {
      ticket.received();
      HookDesk.Approved approved;
      try {
        approved =
            premises.hooks().approve(dataset, call.segment("name"), head, body::open, body.hash());
      } catch (BadSignature e) {
        throw refusal(e);
      }
      if (dataset == null) {
        throw new IllegalStateException("a webhook without a dataset was approved");
      }
      String challenge = approved.challenge();
      if (challenge != null) {
        return notApplied(new Tree.Fields().put("challenge", challenge));
      }
      if (approved.isPing()) {
        return notApplied(
            new Tree.Fields()
                .put("outcome", "not-applied")
                .put("dataset", dataset.name().toString())
                .put("ping", true));
      }
      PushRequest request =
          PushRequest.of(dataset, List.of(body.input()))
              .withSourceName(approved.source())
              .withInputFormat(format)
              .withQuarantine(premises.sieve(approved.setsAside()));
      PushIdentity identity = new PushIdentity(approved.key(), null, body.hash());
      LiveReport report = pushes.push(call, dataset, request, identity, false);
      return premises.quotas().marked(pushes.answer(call, dataset, report), left);
    }
  }

  // A greeting: there are no rows in it.
  private static Answer notApplied(Tree.Fields fields) {
    return Answer.json(fields).withHeader("Ingest-Outcome", "not-applied");
  }

  private @Nullable Dataset find(String name) {
    try {
      return premises.live().require(name);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.BAD_NAME || e.code() == ErrorCode.DATASET_NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static @Nullable InputFormat format(Call call) {
    String type = call.header("Content-Type");
    if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
      throw Refusal.of(
          415,
          "unsupported-media-type",
          "Events do not come as forms: let the sender send JSON (at GitHub the content type of the"
              + " webhook is application/json)");
    }
    return IngestHead.format(type);
  }

  // The signature is over the bytes as they were before anybody packed them.
  private static void requirePlain(Call call) {
    String encoding = call.header("Content-Encoding");
    if (encoding != null && !encoding.isBlank() && !encoding.strip().equals("identity")) {
      throw Refusal.of(
          415, "unsupported-encoding", "The body of a webhook is signed as it is, and not packed");
    }
  }

  private static Refusal refusal(BadSignature reason) {
    return Refusal.of(
            401,
            "bad-signature",
            "The signature does not hold, or there is no such webhook; nothing was stored (the log"
                + " of the server has the reason, catchwater webhook explain finds it in a captured"
                + " request)")
        .withHeader("WWW-Authenticate", "Webhook-Signature")
        .withCause(reason);
  }
}
