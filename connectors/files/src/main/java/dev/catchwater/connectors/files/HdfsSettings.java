package dev.catchwater.connectors.files;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the name nodes of HDFS answer over HTTP.
///
/// @param nameNodes their addresses by the names that stand in `hdfs://`
/// @param standard the one of addresses that name none, or null
/// @param user as whom files are read, or null for whom the name node takes
public record HdfsSettings(
    Map<String, URI> nameNodes, @Nullable URI standard, @Nullable String user) {
  /// Where Hadoop 3 answers if nobody says otherwise.
  static final int PORT = 9_870;

  public HdfsSettings {
    nameNodes = Map.copyOf(nameNodes);
  }
}
