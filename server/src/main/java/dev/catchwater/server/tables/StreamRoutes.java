package dev.catchwater.server.tables;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.api.Admission;
import dev.catchwater.server.api.IngestRoute;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.body.Shape;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Route;
import dev.catchwater.storage.retention.Retention;
import dev.catchwater.tables.EventFormat;
import dev.catchwater.tables.GivenName;
import dev.catchwater.tables.RowLines;
import dev.catchwater.tables.Streams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Streams over HTTP: made, listed, and events sent into them.
public final class StreamRoutes {
  private static final Set<String> FIELDS = Set.of("name", "schema", "retention");

  private final Premises premises;
  private final Streams streams;
  private final IngestRoute pushes;

  /// Those of these premises.
  public StreamRoutes(Premises premises) {
    this.premises = premises;
    streams = premises.streamSql().streams();
    pushes = new IngestRoute(premises);
  }

  /// The lines of the table.
  public List<Route> routes() {
    return List.of(
        new Route("POST", "/streams", "Make a stream", List.of(), Right.ANY, this::create),
        new Route("GET", "/streams", "All streams", List.of(), Right.ANY, this::list),
        new Route(
            "POST",
            "/streams/{name}/retention",
            "Say how long the events of a stream are kept",
            List.of(),
            Right.MANAGE,
            this::keep),
        new Route("GET", "/streams/{name}", "One stream", List.of(), Right.READ, this::one),
        new Route(
            "POST",
            "/streams/{name}/ingest",
            "Send events into a stream; 200 means that they are durable",
            List.of("format", "dryRun", "wait", "strict", "onError", "uploadToken"),
            Right.APPEND,
            this::ingest));
  }

  private Answer create(Call call) throws IOException {
    call.access().requireAnywhere(Scope.MANAGE);
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      return created(call);
    }
  }

  private Answer created(Call call) throws IOException {
    Asked asked = Asked.of(call, premises.bodies(), FIELDS, false);
    DatasetName dataset = GivenName.parse(asked.name()).dataset();
    call.access().require(Scope.MANAGE, dataset, null);
    call.access().requireStillValid();
    Streams.Made<Streams.Stream> made =
        streams.create(asked.name(), asked.texts("schema"), asked.retention());
    return Answer.json(shown(made.value())).withStatus(made.isNew() ? 201 : 200);
  }

  private Answer keep(Call call) throws IOException {
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      Asked asked = Asked.of(call, premises.bodies(), Set.of("retention"), false);
      call.access().requireStillValid();
      return Answer.json(shown(streams.keep(call.segment("name"), asked.retention())));
    }
  }

  private Answer list(Call call) {
    List<Tree> items = new ArrayList<>();
    for (Streams.Stream stream : streams.list()) {
      if (call.access().has(Scope.READ, stream.dataset().name())) {
        items.add(shown(stream));
      }
    }
    return Answer.json(new Tree.Fields().put("streams", new Tree.Items(items)));
  }

  private Answer one(Call call) {
    return Answer.json(shown(streams.require(call.segment("name"))));
  }

  private static Tree shown(Streams.Stream stream) {
    List<String> schema = stream.schema();
    Retention retention = stream.retention();
    return new Tree.Fields()
        .put("name", stream.name())
        .put("dataset", stream.dataset().name().toString())
        .putText("id", stream.dataset().id())
        .put("schema", schema == null ? new Tree.Literal("null") : Tree.texts(schema))
        .put("retention", retention == null ? new Tree.Literal("null") : retention.tree())
        .put("rows", stream.rows());
  }

  private Answer ingest(Call call) throws IOException {
    call.outcome("not-applied");
    Streams.Stream stream = streams.require(call.segment("name"));
    EventFormat format = Asked.format(call);
    InputFormat plain = format.format();
    if (stream.schema() == null) {
      return pushes.answer(call, stream.dataset(), new Events(streams, format));
    }
    if (plain == null) {
      throw Asked.bad("Bytes are no rows of a stream that has columns");
    }
    return pushes.answer(call, stream.dataset(), Shape.plain(plain));
  }

  private record Events(Streams streams, EventFormat given) implements Shape {
    @Override
    public @Nullable InputFormat format() {
      return null;
    }

    @Override
    public RowLines lines(ReceivedBody body, boolean keepsBadLines) throws IOException {
      return streams.events(body.input(), given, keepsBadLines);
    }
  }
}
