package dev.catchwater.server.socket;

import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.quarantine.QuarantineRule;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.util.List;

/// `GET /{dataset}/ingest`: a WebSocket over which messages of rows are pushed, many at once.
/// Thread-safe.
public final class IngestSocketRoute {
  /// The query parameters that are known.
  public static final List<String> PARAMETERS = IngestTerms.PARAMETERS;

  private final Premises premises;
  private final SocketDoor door;
  private final ProducerSockets producers = new ProducerSockets();

  /// @param door where sockets begin
  public IngestSocketRoute(Premises premises, SocketDoor door) {
    this.premises = premises;
    this.door = door;
  }

  /// What the request is answered: a socket, or what is wrong.
  public Answer answer(Call call) {
    call.outcome("not-applied");
    Dataset dataset = premises.dataset(call);
    if (!call.asksForSocket()) {
      throw Refusal.of(
              426,
              "upgrade-required",
              "Rows are pushed by POST, or over a WebSocket, which this request does not ask for")
          .withHeader("Upgrade", "websocket");
    }
    IngestTerms terms = IngestTerms.of(call);
    PushInput nothing = PushInput.bytes(null, new byte[0]);
    PushRequest asked =
        PushRequest.of(dataset, List.of(nothing))
            .withSourceName(terms.sourceName())
            .withQuarantine(premises.sieve(terms.setsAside()));
    AddPushSource found = PushReading.sourceOf(dataset.state(), asked);
    String source = found.sourceName();
    call.access().require(Scope.APPEND, dataset.name(), source);
    QuarantineRule.require(asked, found); // or each message would be refused for it
    return door.answer(
        call, new IngestSocket(premises, door, call.access(), producers, terms, source));
  }
}
