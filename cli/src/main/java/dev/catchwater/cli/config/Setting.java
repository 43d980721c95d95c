package dev.catchwater.cli.config;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A setting that there is. The order is that of lists.
public enum Setting {
  COMPACT_MAX_SLICE_RECORDS(
      "compact.max-slice-records", "10000", Kind.NUMBER, 1, "system compact --max-slice-records"),
  COMPACT_MAX_SLICE_SIZE(
      "compact.max-slice-size",
      "300000000",
      Kind.NUMBER,
      1,
      "system compact --max-slice-size, in bytes"),
  CONNECTORS_FILE_SIZE_MAX(
      "connectors.file-size-max", "64GiB", Kind.SIZE, 1, "how large a file from elsewhere may be"),
  CONNECTORS_HOSTS(
      "connectors.hosts",
      "",
      Kind.TEXT,
      0,
      "hosts that clients of a server may send it to for files, with commas between; empty for none"),
  CONNECTORS_PRIVATE_ADDRESSES(
      "connectors.private-addresses",
      "false",
      Kind.FLAG,
      0,
      "whether these hosts may lie in a private network or on this machine"),
  ENGINE_RESIDENT(
      "engine.resident",
      "false",
      Kind.FLAG,
      0,
      "whether commands keep an engine for ten idle minutes, so that the next ones start at once"),
  HDFS_DEFAULT(
      "hdfs.default",
      "",
      Kind.TEXT,
      0,
      "the name node of addresses that name none, such as http://namenode:9870"),
  HDFS_NAME_NODES(
      "hdfs.name-nodes",
      "",
      Kind.TEXT,
      0,
      "where name nodes answer over HTTP, as NAME=http://HOST:PORT with commas between; port 9870 of"
          + " the host for others"),
  HDFS_USER("hdfs.user", "", Kind.TEXT, 0, "as whom files of HDFS are read"),
  OUTPUT_FORMAT(
      "output.format",
      "auto",
      Kind.FORMAT,
      0,
      "--output-format of rows; auto is table on a terminal and json elsewhere"),
  QUARANTINE_PERCENT_MAX(
      "quarantine.percent-max",
      "50",
      Kind.NUMBER,
      0,
      "how many of a hundred rows a push may set aside; more refuse it"),
  QUARANTINE_ROWS_MIN(
      "quarantine.rows-min", "100", Kind.NUMBER, 0, "of how many rows on that is asked"),
  QUARANTINE_SIZE_MAX(
      "quarantine.size-max", "16MiB", Kind.SIZE, 0, "how many bytes of rows a push may set aside"),
  S3_ACCESS_KEY(
      "s3.access-key",
      "",
      Kind.TEXT,
      0,
      "who reads files of S3; empty for who AWS_ACCESS_KEY_ID or ~/.aws/credentials say"),
  S3_ENDPOINT(
      "s3.endpoint",
      "",
      Kind.TEXT,
      0,
      "another server than Amazon's, such as http://minio:9000; or AWS_ENDPOINT_URL_S3"),
  S3_REGION("s3.region", "", Kind.TEXT, 0, "where the buckets are; or AWS_REGION; us-east-1"),
  S3_SECRET_KEY(
      "s3.secret-key",
      "env:AWS_SECRET_ACCESS_KEY",
      Kind.REFERENCE,
      0,
      "where the secret of s3.access-key is"),
  SERVER_ACCOUNT(
      "server.account",
      "",
      Kind.TEXT,
      0,
      "the owner's name, which may stand before the names of datasets; empty for the user's"),
  SERVER_ADDRESS("server.address", "127.0.0.1", Kind.TEXT, 0, "serve --address"),
  SERVER_BODY_SIZE_MAX(
      "server.body-size-max", "64MiB", Kind.SIZE, 1, "how large a body may be as it comes"),
  SERVER_BODY_UNPACKED_SIZE_MAX(
      "server.body-unpacked-size-max",
      "256MiB",
      Kind.SIZE,
      1,
      "how large a body may be after it was unpacked"),
  SERVER_BODY_RATE_MIN(
      "server.body-rate-min",
      "1KiB",
      Kind.SIZE,
      0,
      "how much of a body must come in a second, on the whole, after ten seconds"),
  SERVER_BODY_TIME(
      "server.body-time", "5min", Kind.DURATION, 1, "how long a body may take to come"),
  SERVER_CONNECTIONS_MAX(
      "server.connections-max",
      "12000",
      Kind.NUMBER,
      1,
      "connections at once; over it the oldest idle one is closed, or the new one gets 503"),
  SERVER_DISK_FREE_MIN(
      "server.disk-free-min",
      "64MiB",
      Kind.SIZE,
      0,
      "room that must be left on the disk; with less, pushes are refused (507)"),
  SERVER_FLIGHT_PORT(
      "server.flight-port",
      "-1",
      Kind.NUMBER,
      -1,
      "serve --flight-port, for Flight SQL; 0 for any that is free, -1 for none"),
  SERVER_HEAD_TIME(
      "server.head-time",
      "10s",
      Kind.DURATION,
      1,
      "how long the head of a request may take in all"),
  SERVER_HOSTS(
      "server.hosts",
      "",
      Kind.TEXT,
      0,
      "further names that requests may be addressed to, with commas between"),
  SERVER_IDLE("server.idle", "30s", Kind.DURATION, 1, "how long a client may make no progress"),
  SERVER_LOG_REQUESTS(
      "server.log-requests", "false", Kind.FLAG, 0, "log requests that went well too"),
  SERVER_METRICS_PORT(
      "server.metrics-port",
      "0",
      Kind.NUMBER,
      0,
      "where the figures are for a scraper; 0 for the port after --port"),
  SERVER_ORIGINS(
      "server.origins",
      "",
      Kind.TEXT,
      0,
      "origins whose pages may use the server, with commas between"),
  SERVER_PORT("server.port", "8080", Kind.NUMBER, 0, "serve --port; 0 for any that is free"),
  SERVER_PUBLIC(
      "server.public",
      "",
      Kind.TEXT,
      0,
      "datasets that anyone may read without a token, with commas between"),
  SERVER_PUSHES_MAX(
      "server.pushes-max",
      "4096",
      Kind.NUMBER,
      1,
      "pushes on their way at once, each counted once for every 2 KiB of its body, up to ten times;"
          + " more get 503"),
  SERVER_PUSHES_PER_DATASET_MAX(
      "server.pushes-per-dataset-max",
      "2048",
      Kind.NUMBER,
      1,
      "of them into one dataset; more get 503"),
  SERVER_PUSHES_PER_SECOND_MAX(
      "server.pushes-per-second-max",
      "0",
      Kind.NUMBER,
      0,
      "pushes of one address into one dataset; more get 429; 0 for any number"),
  SERVER_SEAL_AGE(
      "server.seal-age", "60s", Kind.DURATION, 0, "how old a row may get until it is in a slice"),
  SERVER_SEAL_SIZE(
      "server.seal-size", "64MiB", Kind.SIZE, 1, "how much may be in no slice of one dataset"),
  SERVER_SQL_MEMORY(
      "server.sql-memory", "256MiB", Kind.SIZE, 1 << 24, "what the engine may hold of a statement"),
  SERVER_SQL_TIME("server.sql-time", "60s", Kind.DURATION, 1, "how long a statement may run"),
  SERVER_STORAGE_MAX(
      "server.storage-max",
      "0B",
      Kind.SIZE,
      0,
      "how much all datasets may hold; with more, pushes get 403; 0B for no limit"),
  SERVER_TLS_CERT("server.tls.cert", "", Kind.TEXT, 0, "serve --tls-cert, a PEM file"),
  SERVER_TLS_KEY("server.tls.key", "", Kind.TEXT, 0, "serve --tls-key, a PEM file"),
  SERVER_TOKENS(
      "server.tokens",
      "optional",
      Kind.NEED,
      0,
      "required: everyone needs a token; optional: on this machine nobody does, elsewhere everyone"),
  SERVER_UPLOAD_SIZE_MAX(
      "server.upload-size-max", "8GiB", Kind.SIZE, 1, "how large an uploaded file may be"),
  TRANSFER_PARALLEL(
      "transfer.parallel", "10", Kind.NUMBER, 1, "how many files pull and push copy at once"),
  WRITER_LOCK_WAIT_SECONDS(
      "writer.lock-wait-seconds",
      "60",
      Kind.NUMBER,
      0,
      "--lock-wait: how long to wait for another writer");

  /// What a value looks like.
  public enum Kind {
    /// A whole number.
    NUMBER,
    /// The name of an output format.
    FORMAT,
    /// A number with a unit of bytes: `64MiB`.
    SIZE,
    /// A number with a unit of time: `30s`.
    DURATION,
    /// `true` or `false`.
    FLAG,
    /// `optional` or `required`.
    NEED,
    /// Where a secret is: `env:NAME` or `file:PATH`.
    REFERENCE,
    /// Anything.
    TEXT
  }

  private static final List<String> FORMATS =
      List.of("auto", "table", "csv", "json", "ndjson", "json-soa", "json-aoa");
  private static final String ENVIRONMENT = "CATCHWATER_";

  private final String key;
  private final String standard;
  private final Kind kind;
  private final long min;
  private final String help;

  /// @param min the least number, size in bytes or time in milliseconds allowed
  Setting(String key, String standard, Kind kind, long min, String help) {
    this.key = key;
    this.standard = standard;
    this.kind = kind;
    this.min = min;
    this.help = help;
  }

  /// The setting of that key, or null.
  public static @Nullable Setting find(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }

  /// All keys.
  public static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Setting setting : values()) {
      keys.add(setting.key);
    }
    return keys;
  }

  /// Its name, `writer.lock-wait-seconds`.
  public String key() {
    return key;
  }

  /// What holds where it is not set.
  public String standard() {
    return standard;
  }

  /// What it does, for help.
  public String help() {
    return help;
  }

  /// The variable that wins over the files, `CATCHWATER_WRITER_LOCK_WAIT_SECONDS`.
  public String variable() {
    return ENVIRONMENT + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /// Refuses a value that cannot be used.
  ///
  /// @param origin where it was said, for the message
  /// @throws CatchwaterException `BAD_ARGUMENT`, `LITERAL_SECRET`
  public String check(String value, String origin) {
    if (value.contains("PRIVATE KEY-----") || value.startsWith("cw_")) {
      throw CatchwaterException.of(
              ErrorCode.LITERAL_SECRET, origin + ": " + key + " would hold a secret itself")
          .withHint("settings are listed and copied; name the file that the secret is in");
    }
    String wanted = wanted(value);
    if (wanted == null) {
      return value;
    }
    if (kind == Kind.REFERENCE) {
      throw CatchwaterException.of(
              ErrorCode.LITERAL_SECRET, origin + ": " + key + " would hold a secret itself")
          .withHint("env:NAME for a variable, file:PATH for a file with mode 0600");
    }
    throw CatchwaterException.of(
        ErrorCode.BAD_ARGUMENT,
        origin + ": Invalid value '" + value + "' for " + key + ": " + wanted + " is wanted");
  }

  private @Nullable String wanted(String value) {
    return switch (kind) {
      case TEXT -> null;
      case REFERENCE ->
          value.startsWith("env:") || value.startsWith("file:") ? null : "env:NAME or file:PATH";
      case NEED ->
          value.equals("optional") || value.equals("required") ? null : "optional or required";
      case FLAG -> value.equals("true") || value.equals("false") ? null : "true or false";
      case FORMAT -> FORMATS.contains(value) ? null : "one of " + String.join(", ", FORMATS);
      case NUMBER ->
          Units.number(value) >= min && Units.number(value) >= 0
              ? null
              : "a whole number of at least " + min;
      case SIZE ->
          Units.bytes(value) >= min && Units.bytes(value) >= 0
              ? null
              : "a number of at least " + min + " with B, KiB, MiB, GiB, kB, MB or GB behind it";
      case DURATION ->
          Units.millis(value) >= min && Units.millis(value) >= 0
              ? null
              : "a number with ms, s, min, h or d behind it";
    };
  }
}
