package dev.catchwater.server.quarantine;

import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.query.quarantine.QuarantineDesk;
import dev.catchwater.query.quarantine.QuarantineJson;
import dev.catchwater.query.quarantine.Replay;
import dev.catchwater.query.quarantine.RowFilter;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.server.http.Route;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// The quarantine of a dataset over HTTP: list, show, replay, drop.
public final class QuarantineRoutes {
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 1_000;
  private static final int ROW_BYTES_MAX = 1 << 20;
  private static final List<String> STATES = List.of("open", "replayed", "dropped", "all");
  private static final String[] FILTERS = {"code", "field", "cause"};

  private final LiveWorkspace live;
  private final BodyReceiver bodies;
  private final Function<Call, Dataset> datasets;

  /// @param datasets finds the dataset that a path names
  public QuarantineRoutes(
      LiveWorkspace live, BodyReceiver bodies, Function<Call, Dataset> datasets) {
    this.live = live;
    this.bodies = bodies;
    this.datasets = datasets;
  }

  /// The lines of the table.
  public List<Route> routes() {
    return List.of(
        new Route(
            "GET",
            "/{dataset}/quarantine",
            "Rows that pushes set aside, and why",
            List.of("state", "code", "field", "cause", "limit", "after"),
            Right.READ,
            this::list),
        new Route(
            "DELETE",
            "/{dataset}/quarantine",
            "Drop open rows of a cause, or all of them",
            List.of("code", "field", "cause", "all"),
            Right.MANAGE,
            this::dropMany),
        new Route(
            "POST",
            "/{dataset}/quarantine/replay",
            "Push open rows again",
            List.of(FILTERS),
            Right.MANAGE,
            this::replayMany),
        new Route(
            "GET",
            "/{dataset}/quarantine/{id}",
            "One row that a push set aside",
            List.of(),
            Right.READ,
            this::one),
        new Route(
            "DELETE",
            "/{dataset}/quarantine/{id}",
            "Drop a row",
            List.of(),
            Right.MANAGE,
            this::drop),
        new Route(
            "POST",
            "/{dataset}/quarantine/{id}/replay",
            "Push a row again, or the body in its place",
            List.of(),
            Right.MANAGE,
            this::replay));
  }

  private QuarantineDesk desk(Call call) {
    return QuarantineDesk.of(datasets.apply(call), live);
  }

  private static RowFilter filter(Call call) {
    return new RowFilter(
        Set.of(),
        RowState.OPEN,
        call.parameter("code"),
        call.parameter("field"),
        call.parameter("cause"));
  }

  private Answer list(Call call) {
    String state = call.choice("state", "open", STATES);
    RowFilter filter = filter(call).withState(state.equals("all") ? null : RowState.ofWord(state));
    int limit = (int) call.number("limit", LIMIT, LIMIT_MAX);
    Dataset dataset = datasets.apply(call);
    return Answer.json(
        QuarantineJson.of(
            dataset.name(),
            QuarantineDesk.of(dataset, live),
            filter,
            call.parameter("after"),
            limit));
  }

  private Answer one(Call call) {
    return Answer.json(QuarantineJson.of(desk(call).require(call.segment("id"))));
  }

  private Answer dropMany(Call call) {
    boolean isAll = call.flag("all");
    boolean isFiltered = false;
    for (String name : FILTERS) {
      isFiltered |= call.parameter(name) != null;
    }
    if (isAll == isFiltered) {
      throw Refusal.of(
          400, "bad-argument", "Wanted is one of all, or of code, field and cause: what to drop");
    }
    return Answer.json(
        QuarantineJson.of(new Replay(live, datasets.apply(call)).drop(filter(call))));
  }

  private Answer drop(Call call) {
    Dataset dataset = datasets.apply(call);
    String id = call.segment("id");
    QuarantineDesk.of(dataset, live).require(id);
    return Answer.json(QuarantineJson.of(new Replay(live, dataset).drop(RowFilter.of(id))));
  }

  private Answer replayMany(Call call) throws IOException {
    if (body(call).length > 0) {
      throw Refusal.of(400, "bad-body", "Many rows are replayed as they are, without a body");
    }
    Dataset dataset = datasets.apply(call);
    return Answer.json(QuarantineJson.of(new Replay(live, dataset).replay(filter(call))));
  }

  private Answer replay(Call call) throws IOException {
    byte[] body = body(call);
    call.access().requireStillValid();
    Replay replay = new Replay(live, datasets.apply(call));
    return Answer.json(
        QuarantineJson.of(replay.replay(call.segment("id"), body.length == 0 ? null : body)));
  }

  private byte[] body(Call call) throws IOException {
    try (ReceivedBody body = bodies.receive(call)) {
      if (body.size() > ROW_BYTES_MAX) {
        throw Refusal.of(413, "body-too-large", "A row has at most a mebibyte");
      }
      try (InputStream in = body.open()) {
        return in.readAllBytes();
      }
    }
  }
}
