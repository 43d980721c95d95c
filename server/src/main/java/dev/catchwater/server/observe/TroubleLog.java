package dev.catchwater.server.observe;

import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.Tree;
import org.jspecify.annotations.Nullable;

/// What goes wrong in the background in the log: one line when it begins, one when it ends.
public record TroubleLog(ServerLog log) implements Troubles.Listener {
  @Override
  public void heard(Trouble trouble, DatasetName dataset, @Nullable CatchwaterException why) {
    Tree.Fields fields =
        new Tree.Fields().put("trouble", trouble.word()).put("dataset", dataset.toString());
    if (why == null) {
      log.line("info", "What failed in the background works again", fields);
      return;
    }
    fields.put("code", why.code().slug()).put("reason", why.plainMessage());
    log.line("error", trouble.sentence() + ", and it is tried again", fields);
  }
}
