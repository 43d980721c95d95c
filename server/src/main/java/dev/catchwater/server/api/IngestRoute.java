package dev.catchwater.server.api;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.body.Shape;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import dev.catchwater.tables.RowLines;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `POST /{dataset}/ingest`: a body becomes rows that are durable when the answer is 200. Every
/// answer tells in `Ingest-Outcome` whether the push was applied (reliability §2.3).
public final class IngestRoute {
  private static final String OUTCOME = "Ingest-Outcome";
  private static final String AUTO = "auto";

  private final Premises premises;

  /// Pushes into the datasets of these premises.
  public IngestRoute(Premises premises) {
    this.premises = premises;
  }

  Answer answer(Call call) throws IOException {
    call.outcome("not-applied");
    Dataset dataset = premises.dataset(call);
    IngestHead head = IngestHead.of(call);
    return answer(call, dataset, head, Shape.plain(head.format()));
  }

  /// Pushes what a body becomes.
  public Answer answer(Call call, Dataset dataset, Shape shape) throws IOException {
    call.outcome("not-applied");
    return answer(call, dataset, IngestHead.of(call, null), shape);
  }

  private Answer answer(Call call, Dataset dataset, IngestHead head, Shape shape)
      throws IOException {
    String source =
        PushRights.source(premises, call.access(), dataset, call.parameter("sourceName"));
    boolean isDryRun = call.flag("dryRun");
    boolean allowsEmpty = call.flag("allowEmpty");
    boolean isStrict = call.flag("strict");
    boolean waits =
        call.choice("wait", "durable", List.of("durable", "committed")).equals("committed");
    boolean setsAside = IngestHead.setsAside(call);
    String token = call.parameter("uploadToken");
    String from = call.parameter("from");
    if (token == null && from == null) {
      premises.bodies().check(call);
    }
    long left = premises.quotas().enter(call::client, dataset.id(), call.bodyLength());
    if (head.idempotencyKey() == null && head.producer() == null) {
      // Known before the body is read; what decides is the check under the dataset's lock. A push
      // that was applied before is to be recognized also on another head.
      requireHead(call, dataset, head.expectedHead());
    }
    try (Admission.Ticket ticket = premises.admission().enter(dataset.id(), call.bodyLength());
        ReceivedBody body = body(call, token, from);
        RowLines lines = shape.lines(body, setsAside)) {
      ticket.received();
      // It may have taken minutes; a token that was revoked meanwhile commits nothing any more.
      call.access().requireStillValid();
      InputFormat format = shape.format();
      if (token != null && lines == null) {
        format = format == null ? premises.uploads().format(token, call.access()) : format;
        addSourceWhereNone(call, dataset, format, body.name());
      }
      // The name of a file would tell another format than that of the lines.
      PushRequest request =
          PushRequest.of(dataset, List.of(lines == null ? body.input() : lines.input(null)))
              .withSourceName(source)
              .withEventTime(head.eventTime())
              .withInputFormat(format)
              .withDryRun(isDryRun)
              .withExpectedHead(head.expectedHead())
              .withEmptyAllowed(allowsEmpty)
              .withStrict(isStrict)
              .withQuarantine(premises.sieve(setsAside));
      PushIdentity identity =
          new PushIdentity(head.idempotencyKey(), head.producer(), shape.hash(body));
      LiveReport report = push(call, dataset, request, identity, waits);
      return premises.quotas().marked(answer(call, dataset, report), left);
    }
  }

  /// The body of a call, or the file of an upload in its place; closed by the caller.
  ///
  /// @param token of the upload, null for the body
  public ReceivedBody body(Call call, @Nullable String token) throws IOException {
    return token == null
        ? premises.bodies().receive(call)
        : premises.uploads().open(token, call.access());
  }

  /// The same, or a file from elsewhere.
  ///
  /// @param from its address, null for none
  public ReceivedBody body(Call call, @Nullable String token, @Nullable String from)
      throws IOException {
    if (from == null) {
      return body(call, token);
    }
    if (token != null || call.bodyLength() > 0) {
      throw Refusal.of(400, "bad-argument", "from and another body both say what the rows are");
    }
    return premises.fetched().fetch(from);
  }

  // As kamu does: a dataset without a source takes an uploaded file through one that infers.
  private void addSourceWhereNone(
      Call call, Dataset dataset, @Nullable InputFormat declared, @Nullable String fileName) {
    ChainState state = dataset.state();
    if (!state.pushSources().isEmpty()
        || !state.disabledPushSources().isEmpty()
        || state.pollingSource() != null
        || call.parameter("sourceName") != null) {
      return;
    }
    InputFormat format = declared == null ? Uploads.byName(String.valueOf(fileName)) : declared;
    if (format == null) {
      throw Refusal.of(
          415, "unsupported-media-type", "Neither the name of the file nor a type says what it is");
    }
    call.access().require(Scope.MANAGE, dataset.name(), null);
    AddPushSource source =
        new AddPushSource(AUTO, Uploads.readStep(format), null, new MergeStrategy.Append());
    premises
        .live()
        .dataset(dataset)
        .exclusively(
            writer -> {
              if (writer.state().pushSources().isEmpty()) {
                writer.add(writer.systemTime(premises.clock().instant()), source);
                writer.commit();
              }
              return true;
            },
            LockWait.standard());
  }

  /// Pushes, and notes for the answer whether it was applied where it fails.
  LiveReport push(
      Call call, Dataset dataset, PushRequest request, PushIdentity identity, boolean waits) {
    try {
      return premises.live().dataset(dataset).push(request, identity, waits);
    } catch (CatchwaterException e) {
      call.outcome(PushAnswer.outcome(e));
      if (e.code() == ErrorCode.DISK_FULL) {
        premises.admission().metFullDisk();
      }
      if (e.code() == ErrorCode.HEAD_MOVED) {
        requireHead(call, dataset, request.expectedHead());
      }
      throw e;
    } catch (RuntimeException | Error e) {
      call.outcome("unknown");
      throw e;
    }
  }

  private static void requireHead(Call call, Dataset dataset, @Nullable Multihash expected) {
    if (expected == null) {
      return;
    }
    Multihash head = dataset.head();
    if (!head.equals(expected) && !call.access().has(Scope.READ, dataset.name())) {
      throw Refusal.of(412, "head-moved", "The head of the dataset is another one");
    }
    if (!head.equals(expected)) {
      throw Refusal.of(412, "head-moved", "The head of the dataset is " + head)
          .withHeader("ETag", "\"" + head + "\"");
    }
  }

  /// What a push that went well is answered with: as much of it as the caller may know.
  Answer answer(Call call, Dataset dataset, LiveReport live) {
    boolean tellsAll = PushRights.tellsAll(premises, call.access(), dataset, live.sourceName());
    Answer answer =
        Answer.json(PushAnswer.put(new Tree.Fields(), dataset, live, true, tellsAll))
            .withHeader(OUTCOME, PushAnswer.outcome(live));
    return live.isReplayed() ? answer.withHeader("Idempotency-Replayed", "true") : answer;
  }
}
