package dev.catchwater.conformance;

/// The manifests that many cases share, and a short way to write others.
final class Samples {
  private Samples() {}

  /// F1 of the cases.
  static final String PLAYER_SCORES =
      dataset(
          "player-scores",
          ndjson("match_time TIMESTAMP!", "match_id INT64!", "player_id STRING!", "score INT64!"),
          "{kind: Ledger, primaryKey: [match_id, player_id]}",
          "match_time");

  static final String ROUND_1 =
      """
      {"match_time": "2000-01-01", "match_id": 1, "player_id": "Alice", "score": 100}
      {"match_time": "2000-01-01", "match_id": 1, "player_id": "Bob", "score": 80}
      """;
  static final String ROUND_2 =
      """
      {"match_time": "2000-01-02", "match_id": 2, "player_id": "Alice", "score": 70}
      {"match_time": "2000-01-02", "match_id": 2, "player_id": "Charlie", "score": 90}
      """;
  static final String ROUND_3 =
      """
      {"match_time": "2000-01-03", "match_id": 3, "player_id": "Bob", "score": 60}
      {"match_time": "2000-01-03", "match_id": 3, "player_id": "Charlie", "score": 110}
      """;

  /// F2: a derivative of F1.
  static final String LEADERBOARD =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: leaderboard
        kind: Derivative
        metadata:
          - kind: SetTransform
            inputs:
              - datasetRef: player-scores
                alias: player_scores
            transform:
              kind: Sql
              engine: datafusion
              queries:
                - query: >
                    SELECT ROW_NUMBER() OVER (PARTITION BY 1 ORDER BY score DESC) AS place,
                    match_time, match_id, player_id, score FROM player_scores LIMIT 2
          - kind: SetVocab
            eventTimeColumn: match_time
      """;

  /// F3: a Ledger of populations with the default event time.
  static final String POPULATION =
      dataset(
          "population",
          ndjson("event_time TIMESTAMP!", "city STRING!", "population INT64!"),
          "{kind: Ledger, primaryKey: [event_time, city]}",
          null);

  /// F5: a CSV Ledger with a header and its own event time.
  static final String CSV_LEDGER =
      dataset(
          "population",
          csv("date TIMESTAMP!", "city STRING!", "population INT64!"),
          "{kind: Ledger, primaryKey: [date, city]}",
          "date");

  /// F6: as F5 but NDJSON.
  static final String NDJSON_LEDGER =
      dataset(
          "population",
          ndjson("date TIMESTAMP!", "city STRING!", "population INT64!"),
          "{kind: Ledger, primaryKey: [date, city]}",
          "date");

  /// A root dataset with one push source.
  ///
  /// @param read the read step in YAML flow style
  /// @param merge the merge strategy in YAML flow style
  /// @param eventTime the event time column, null for the default
  static String dataset(
      String name, String read, String merge, @org.jspecify.annotations.Nullable String eventTime) {
    String vocabulary =
        eventTime == null
            ? ""
            : "    - kind: SetVocab\n      eventTimeColumn: \"" + eventTime + "\"\n";
    return """
    kind: DatasetSnapshot
    version: 1
    content:
      name: %s
      kind: Root
      metadata:
        - kind: AddPushSource
          sourceName: default
          read: %s
          merge: %s
    %s\
    """
        .formatted(name, read, merge, vocabulary);
  }

  /// An Append dataset named `x` with the default event time.
  static String append(String read) {
    return dataset("x", read, "{kind: Append}", null);
  }

  /// An NDJSON read step; each column is `name TYPE`, required with `!`; none is inference.
  static String ndjson(String... columns) {
    return "{kind: NdJson" + fields(columns) + "}";
  }

  /// A CSV read step with a header.
  static String csv(String... columns) {
    return "{kind: Csv, header: true" + fields(columns) + "}";
  }

  /// A CSV read step without a header.
  static String bareCsv(String... columns) {
    return "{kind: Csv" + fields(columns) + "}";
  }

  /// `, schema: {fields: […]}`, or nothing.
  static String fields(String... columns) {
    if (columns.length == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(", schema: {fields: [");
    for (String column : columns) {
      boolean required = column.endsWith("!");
      int space = column.lastIndexOf(' ');
      String name = column.substring(0, space);
      String type = column.substring(space + 1, column.length() - (required ? 1 : 0));
      type = type.equals("TIMESTAMP") ? "Timestamp" : capitalized(type);
      text.append("{name: \"").append(name).append("\", type: ");
      text.append(required ? type : "{kind: Option, inner: " + type + "}").append("}, ");
    }
    return text.append("]}").toString();
  }

  private static String capitalized(String type) {
    String lower = type.substring(1).toLowerCase(java.util.Locale.ROOT);
    return type.startsWith("UINT") ? "UI" + lower.substring(1) : type.charAt(0) + lower;
  }
}
