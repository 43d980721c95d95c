package dev.catchwater.server.api;

import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.EventText;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.SourceEvents;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.source.SourceSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The push sources of a dataset as resources.
final class SourceRoutes {
  private static final int MANIFEST_BYTES_MAX = 1 << 20;

  private final Premises premises;

  SourceRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /{dataset}/sources`
  Answer list(Call call) {
    RowText.requireJsonAccepted(call);
    return Answer.json(sources(premises.dataset(call).state()));
  }

  private static Tree sources(ChainState state) {
    List<Tree> items = new ArrayList<>();
    for (AddPushSource source : state.pushSources().values()) {
      items.add(source(source, "active"));
    }
    for (AddPushSource source : state.disabledPushSources().values()) {
      items.add(source(source, "disabled"));
    }
    return new Tree.Fields().put("sources", new Tree.Items(items));
  }

  private static Tree source(AddPushSource source, String status) {
    Tree tree = JsonTree.read(EventText.json(source));
    return tree instanceof Tree.Fields fields ? fields.put("status", status) : new Tree.Fields();
  }

  /// `POST /{dataset}/sources`: one AddPushSource event or several, as YAML or JSON; all of them or
  /// none.
  Answer add(Call call) throws IOException {
    Dataset dataset = premises.dataset(call);
    boolean addsColumns = call.flag("addColumns");
    byte[] manifest = manifest(call);
    return premises
        .live()
        .dataset(dataset)
        .exclusively(writer -> add(writer, manifest, addsColumns), LockWait.standard());
  }

  private byte[] manifest(Call call) throws IOException {
    try (ReceivedBody body = premises.bodies().receive(call)) {
      if (body.size() > MANIFEST_BYTES_MAX) {
        throw Refusal.of(413, "body-too-large", "A manifest has at most a mebibyte");
      }
      try (InputStream in = body.open()) {
        return in.readAllBytes();
      }
    }
  }

  private Answer add(DatasetWriter writer, byte[] manifest, boolean addsColumns) {
    ChainState before = writer.state();
    SourceEvents read = SourceEvents.read("body", manifest, before, addsColumns);
    List<MetadataEvent> events = read.events();
    for (MetadataEvent event : events) {
      boolean isKnown = false;
      if (event instanceof AddPushSource source) {
        check(source);
        isKnown = source.equals(writer.state().pushSources().get(source.sourceName()));
      }
      if (!isKnown) {
        writer.add(writer.systemTime(premises.clock().instant()), event);
      }
    }
    boolean isNew = !writer.state().head().equals(before.head());
    writer.commit();
    return Answer.json(sources(writer.state())).withStatus(isNew ? 201 : 200);
  }

  private void check(AddPushSource source) {
    RowReaders.check(source.read());
    @Nullable Transform steps = source.preprocess();
    if (steps != null) {
      premises.preprocess().check(source.sourceName(), steps, SourceSchema.of(source.read()));
    }
  }
}
