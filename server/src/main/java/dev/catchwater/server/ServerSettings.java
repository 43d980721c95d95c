package dev.catchwater.server;

import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.api.PushQuotas;
import dev.catchwater.server.body.BodyLimits;
import java.time.Duration;
import java.util.Set;

/// How a server listens and what it lets in. Immutable.
///
/// @param address of this machine; another than a loopback one needs tokens and TLS
/// @param port 0 for any that is free
/// @param metricsPort of the figures, on the same address where it is a loopback one, else on
///   127.0.0.1; 0 for any that is free, -1 for none
/// @param account the owner's name, which may stand in front of the names of datasets
/// @param hosts further names that requests may be addressed to
/// @param origins origins whose pages may use the server
/// @param bodies limits of bodies
/// @param inFlightMax pushes at once
/// @param inFlightPerDatasetMax of them into one dataset
/// @param connectionsMax connections at once
/// @param idle how long a client may make no progress
/// @param head how long the head of a request may take in all
/// @param diskFreeBytesMin room that must be left on the disk for a push to be taken
/// @param stop how long a stop may take until the rest is cut
/// @param uploadBytesMax how large an uploaded file may be
/// @param sql what a statement may take of the machine
/// @param sqlTime how long it may run
/// @param quotas how often clients may push and how much the datasets may hold
/// @param access whom it asks for a token
/// @param encryption how what is sent is kept from being read
/// @param logsAllRequests whether requests that went well are logged too
public record ServerSettings(
    String address,
    int port,
    int metricsPort,
    String account,
    Set<String> hosts,
    Set<String> origins,
    BodyLimits bodies,
    int inFlightMax,
    int inFlightPerDatasetMax,
    int connectionsMax,
    Duration idle,
    Duration head,
    long diskFreeBytesMin,
    Duration stop,
    long uploadBytesMax,
    SqlLimits sql,
    Duration sqlTime,
    PushQuotas.Limits quotas,
    AccessSettings access,
    Encryption encryption,
    boolean logsAllRequests) {

  public ServerSettings {
    hosts = Set.copyOf(hosts);
    origins = Set.copyOf(origins);
  }

  /// The standard on 127.0.0.1.
  ///
  /// @param port 0 for any that is free
  public static ServerSettings standard(int port, String account) {
    return new ServerSettings(
        "127.0.0.1",
        port,
        -1,
        account,
        Set.of(),
        Set.of(),
        BodyLimits.defaults(),
        4096,
        2048,
        12_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        64L << 20,
        Duration.ofSeconds(8),
        8L << 30,
        SqlLimits.defaults().withMemory(256L << 20),
        Duration.ofSeconds(60),
        PushQuotas.Limits.none(),
        AccessSettings.open(),
        Encryption.none(),
        false);
  }

  /// The same with other quotas.
  public ServerSettings withQuotas(PushQuotas.Limits other) {
    return with(bodies, connectionsMax, idle, head, uploadBytesMax, sqlTime, other, access);
  }

  /// The same with another number of connections and other patience with them.
  public ServerSettings withConnections(int max, Duration otherIdle, Duration otherHead) {
    return with(bodies, max, otherIdle, otherHead, uploadBytesMax, sqlTime, quotas, access);
  }

  /// The same with another time for statements.
  public ServerSettings withSqlTime(Duration other) {
    return with(bodies, connectionsMax, idle, head, uploadBytesMax, other, quotas, access);
  }

  /// The same with other limits of bodies and of uploaded files.
  public ServerSettings withBodies(BodyLimits other, long uploadMax) {
    return with(other, connectionsMax, idle, head, uploadMax, sqlTime, quotas, access);
  }

  /// The same on another address.
  public ServerSettings withAddress(String other, Encryption otherEncryption) {
    return new ServerSettings(
        other,
        port,
        metricsPort,
        account,
        hosts,
        origins,
        bodies,
        inFlightMax,
        inFlightPerDatasetMax,
        connectionsMax,
        idle,
        head,
        diskFreeBytesMin,
        stop,
        uploadBytesMax,
        sql,
        sqlTime,
        quotas,
        access,
        otherEncryption,
        logsAllRequests);
  }

  /// The same that asks others for tokens.
  public ServerSettings withAccess(AccessSettings other) {
    return with(bodies, connectionsMax, idle, head, uploadBytesMax, sqlTime, quotas, other);
  }

  private ServerSettings with(
      BodyLimits newBodies,
      int newConnectionsMax,
      Duration newIdle,
      Duration newHead,
      long newUploadBytesMax,
      Duration newSqlTime,
      PushQuotas.Limits newQuotas,
      AccessSettings newAccess) {
    return new ServerSettings(
        address,
        port,
        metricsPort,
        account,
        hosts,
        origins,
        newBodies,
        inFlightMax,
        inFlightPerDatasetMax,
        newConnectionsMax,
        newIdle,
        newHead,
        diskFreeBytesMin,
        stop,
        newUploadBytesMax,
        sql,
        newSqlTime,
        newQuotas,
        newAccess,
        encryption,
        logsAllRequests);
  }
}
