package dev.catchwater.server.tables;

import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedSql;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.tables.StreamSql;
import dev.catchwater.tables.ViewKeeper;
import dev.catchwater.tables.Views;
import java.io.Closeable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The views of a server: made, and kept fresh by a thread of its own, with queries in caged
/// processes of their own. Thread-safe.
public final class ViewDesk implements Closeable {
  /// Rows of a slice are to be in the views within a second of its commit.
  private static final long LOOK_MILLIS = 100;

  private static final Duration TIME = Duration.ofMinutes(30);
  private static final Duration END = Duration.ofSeconds(10);

  private final CagedSql cages;
  private final Views views;
  private final ViewKeeper keeper;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private ViewDesk(
      CagedSql cages, Views views, ViewKeeper keeper, Consumer<RuntimeException> defects) {
    this.cages = cages;
    this.views = views;
    this.keeper = keeper;
    this.thread = Thread.ofPlatform().name("views").daemon().unstarted(() -> keepFresh(defects));
  }

  /// A desk over the datasets of a workspace; it keeps nothing fresh before [#start()].
  ///
  /// @param limits of a query; it gets one thread, so that rows come in the same order every time
  /// @param defects is told of what should never happen
  public static ViewDesk of(
      LiveWorkspace live,
      StreamSql streamSql,
      SqlLimits limits,
      InstantSource clock,
      RandomGenerator random,
      Consumer<RuntimeException> defects) {
    CagedSql cages = new CagedSql(live.workspace(), CageLimits.of(limits.withThreads(1), TIME));
    Views views = new Views(live, streamSql, cages, clock, random);
    ViewKeeper keeper = new ViewKeeper(views, live.troubles(), System::nanoTime);
    return new ViewDesk(cages, views, keeper, defects);
  }

  /// Begins to keep views fresh.
  public void start() {
    thread.start();
  }

  private void keepFresh(Consumer<RuntimeException> defects) {
    try {
      while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          keeper.tick();
        } catch (RuntimeException e) {
          if (closing.getCount() > 0) {
            defects.accept(e);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The views.
  public Views views() {
    return views;
  }

  /// Says how far views are behind.
  public ViewKeeper keeper() {
    return keeper;
  }

  /// Ends what runs; what was not committed is done again by the next server.
  @Override
  public void close() {
    closing.countDown();
    cages.close();
    try {
      thread.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
