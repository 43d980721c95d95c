package dev.catchwater.odf.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source that fetches by itself. Catchwater reads it in foreign chains and never runs it.
public record PollingSource(
    FetchStep fetch,
    @Nullable List<PrepStep> prepare,
    ReadStep read,
    @Nullable Transform preprocess,
    MergeStrategy merge) {

  /// Where it fetches from (ODF `FetchStep`; order = ordinal).
  public sealed interface FetchStep {
    /// The kind as manifests spell it.
    default String kind() {
      return getClass().getSimpleName();
    }

    /// One file behind a URL.
    record Url(
        String url,
        @Nullable EventTimeSource eventTime,
        boolean cacheForever,
        @Nullable List<Pair> headers)
        implements FetchStep {}

    /// Local files by a pattern; `order` is `ByEventTime` or `ByName`.
    record FilesGlob(
        String path,
        @Nullable EventTimeSource eventTime,
        boolean cacheForever,
        @Nullable String order)
        implements FetchStep {}

    /// The output of a container.
    record Container(
        String image,
        @Nullable List<String> command,
        @Nullable List<String> args,
        @Nullable List<Pair> env)
        implements FetchStep {}

    /// Retained messages of an MQTT broker.
    record Mqtt(
        String host,
        int port,
        @Nullable String username,
        @Nullable String password,
        List<TopicSubscription> topics)
        implements FetchStep {}

    /// Logs of a smart contract.
    record EthereumLogs(
        @Nullable Long chainId,
        @Nullable String nodeUrl,
        @Nullable String filter,
        @Nullable String signature)
        implements FetchStep {}
  }

  /// Where the event time of a fetched file comes from (order = ordinal).
  public sealed interface EventTimeSource {
    /// The time the server says the file has.
    record FromMetadata() implements EventTimeSource {}

    /// A part of the path.
    record FromPath(String pattern, @Nullable String timestampFormat) implements EventTimeSource {}

    /// The time of the fetch.
    record FromSystemTime() implements EventTimeSource {}
  }

  /// A request header or an environment variable; `value` is null for a variable passed through.
  public record Pair(String name, @Nullable String value) {}

  /// A topic; `qos` is `AtMostOnce`, `AtLeastOnce` or `ExactlyOnce`.
  public record TopicSubscription(String path, @Nullable String qos) {}

  /// What is done to the bytes before they are read (ODF `PrepStep`; order = ordinal).
  public sealed interface PrepStep {
    /// Unpacks; `format` is `Gzip` or `Zip`.
    record Decompress(String format, @Nullable String subPath) implements PrepStep {}

    /// Pipes through a command.
    record Pipe(List<String> command) implements PrepStep {}
  }
}
