package dev.catchwater.server.observe;

import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.server.http.RequestNotes;
import dev.catchwater.tables.ViewKeeper;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The figures of a server, in the text format of Prometheus. Labels have the route, never the
/// path: what clients write does not make new series. Thread-safe.
public final class ServerMetrics implements RequestNotes {
  /// The media type of the text format.
  public static final String MEDIA_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicInteger inProgress = new AtomicInteger();
  private final RequestNotes next;
  private final Counter requests;
  private final Histogram seconds;

  /// Figures that pass on what they hear.
  ///
  /// @param pushes how many pushes are on their way
  /// @param connections how many connections there are
  /// @param clockSetBacks how often the clock was seen to have gone back
  /// @param troubles what fails in the background
  /// @param views says how far views are behind
  public ServerMetrics(
      RequestNotes next,
      IntSupplier pushes,
      IntSupplier connections,
      LongSupplier clockSetBacks,
      Troubles troubles,
      ViewKeeper views) {
    this.next = next;
    this.requests =
        Counter.builder()
            .name("catchwater_requests_total")
            .help("Requests that were answered")
            .labelNames("method", "route", "status")
            .register(registry);
    this.seconds =
        Histogram.builder()
            .name("catchwater_request_seconds")
            .help("From the head of a request to the end of its answer")
            .labelNames("route")
            .classicUpperBounds(.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 60)
            .classicOnly()
            .register(registry);
    gauge("catchwater_requests_in_progress", "Requests that wait for an answer", inProgress::get);
    gauge("catchwater_pushes_in_progress", "Pushes on their way", pushes);
    gauge("catchwater_connections", "Connections of clients", connections);
    CounterWithCallback.builder()
        .name("catchwater_clock_set_back_total")
        .help("How often pushes met a clock that had gone back or stood still")
        .callback(callback -> callback.call((double) clockSetBacks.getAsLong()))
        .register(registry);
    troubles(troubles);
    gauge("catchwater_views_behind", "Views that have not seen all that is sealed", views::behind);
    GaugeWithCallback.builder()
        .name("catchwater_view_lag_seconds")
        .help("For how long the view that is behind longest has been so")
        .callback(callback -> callback.call(views.lagSeconds()))
        .register(registry);
  }

  private void troubles(Troubles troubles) {
    CounterWithCallback.builder()
        .name("catchwater_background_failures_total")
        .help("What failed behind an answer, by what was tried; nothing acknowledged is lost")
        .labelNames("trouble")
        .callback(callback -> {
          for (Trouble trouble : Trouble.values()) {
            callback.call((double) troubles.failures(trouble), trouble.word());
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("catchwater_datasets_in_trouble")
        .help("Datasets in which the last try failed")
        .labelNames("trouble")
        .callback(callback -> {
          for (Trouble trouble : Trouble.values()) {
            callback.call(troubles.lasting(trouble), trouble.word());
          }
        })
        .register(registry);
  }

  private void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  @Override
  public void begun() {
    inProgress.incrementAndGet();
    next.begun();
  }

  @Override
  public void answered(Note note) {
    inProgress.decrementAndGet();
    String method =
        switch (note.method()) {
          case "GET", "POST", "HEAD", "OPTIONS", "PATCH", "DELETE" -> note.method();
          default -> "other";
        };
    requests.labelValues(method, note.route(), Integer.toString(note.status())).inc();
    seconds.labelValues(note.route()).observe(note.nanos() / NANOS);
    next.answered(note);
  }

  /// All figures as text.
  public byte[] text() throws IOException {
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
