package dev.catchwater.server.api;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.query.Tail;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.FetchedBodies;
import dev.catchwater.server.hook.HookDesk;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.tables.StreamSql;
import dev.catchwater.tables.Views;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What the routes work with. Immutable; its parts are thread-safe.
///
/// @param live the datasets, open for pushes
/// @param account the owner's name
/// @param version of the program
/// @param admission who may come in
/// @param quotas how often and how much
/// @param bodies takes bodies in
/// @param fetched takes files from elsewhere in the place of bodies
/// @param uploads keeps files until they are pushed
/// @param sql runs statements
/// @param rows holds back answers with too many of them
/// @param preprocess checks the SQL of new sources
/// @param hooks checks requests of webhooks
/// @param streamSql streams and tables
/// @param views materialized views
public record Premises(
    LiveWorkspace live,
    String account,
    String version,
    Admission admission,
    PushQuotas quotas,
    BodyReceiver bodies,
    FetchedBodies fetched,
    Uploads uploads,
    SqlDesk sql,
    RowAnswers rows,
    Preprocess preprocess,
    HookDesk hooks,
    StreamSql streamSql,
    Views views,
    InstantSource clock) {
  private static final DatasetId NO_DATASET = DatasetId.parse("did:odf:fed01" + "0".repeat(64));

  Workspace workspace() {
    return live.workspace();
  }

  /// Lets somebody in who makes what has no dataset yet, under the rules of pushes.
  ///
  /// @throws Refusal 429, 503, 507, or 403 `quota-exceeded`
  public Admission.Ticket enterToMake(Call call) {
    long _ = quotas.enter(call::client, NO_DATASET, call.bodyLength());
    return admission.enter(NO_DATASET, call.bodyLength());
  }

  /// Every durable row of a dataset as of now.
  public HotRows hotRows(Dataset dataset) {
    return live.dataset(dataset).hotRows();
  }

  /// How many bad rows a push may set aside, null where none.
  public @Nullable SieveLimits sieve(boolean setsAside) {
    return setsAside ? live.settings().quarantine() : null;
  }

  /// The last `count` rows in front of the last `skip` ones.
  public Tail tail(Dataset dataset, HotRows hot, long skip, long count) {
    return Tail.open(dataset, hot, skip, count);
  }

  /// The dataset that the path names. Names that no dataset can have are not found, as those that
  /// none has.
  ///
  /// @throws Refusal 404
  public Dataset dataset(Call call) {
    return dataset(call.segment("dataset"));
  }

  /// The dataset of that name or id.
  ///
  /// @throws Refusal 404
  public Dataset dataset(String nameOrDid) {
    try {
      return live.require(nameOrDid);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.BAD_NAME || e.code() == ErrorCode.DATASET_NOT_FOUND) {
        throw Refusal.of(
            404, ErrorCode.DATASET_NOT_FOUND.slug(), "Dataset not found: " + shown(nameOrDid));
      }
      throw e;
    }
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < 100; i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return shown.toString();
  }
}
