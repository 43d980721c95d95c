package dev.catchwater.server.follow;

import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.Dataset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// The feeds of the datasets that somebody follows. Thread-safe.
public final class Feeds {
  private static final int READERS_MAX = 16;

  private final LiveWorkspace live;
  private final Semaphore readers = new Semaphore(READERS_MAX, true);
  private final Map<DatasetId, Feed> feeds = new HashMap<>(); // guarded by this

  /// Nobody follows.
  public Feeds(LiveWorkspace live) {
    this.live = live;
  }

  /// Begins to follow; for the calling thread only.
  ///
  /// @param from the offset of the first row, not behind the one that comes next
  /// @throws dev.catchwater.odf.error.CatchwaterException where the dataset cannot be read
  public synchronized Following follow(Dataset dataset, Form form, long from) {
    Feed feed = feeds.get(dataset.id());
    if (feed == null || feed.isClosed()) {
      feed = new Feed(live, dataset);
      feeds.put(dataset.id(), feed);
      feed.start();
    }
    Following following = new Following(this, feed, readers, form, from);
    feed.add(following);
    return following;
  }

  synchronized void leave(Feed feed, Following following) {
    if (feed.remove(following)) {
      feed.close();
      feeds.remove(feed.dataset().id(), feed);
    }
  }
}
