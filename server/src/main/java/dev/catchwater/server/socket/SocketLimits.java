package dev.catchwater.server.socket;

import java.time.Duration;

/// What a socket may take of the server.
///
/// @param messageBytesMax how large a message may be as it comes
/// @param messagesMax messages of one socket that came and are not answered
/// @param bytesMax of them; what is over is not read until others are answered
/// @param ping how long nothing is said until a ping asks whether somebody is there
/// @param idle how long somebody may be silent who is asked
/// @param parting how long a client may take to answer a close
public record SocketLimits(
    int messageBytesMax,
    int messagesMax,
    long bytesMax,
    Duration ping,
    Duration idle,
    Duration parting) {
  private static final int MESSAGE_BYTES_MAX = 8 << 20;
  private static final int MESSAGES_MAX = 256;

  /// 8 MiB a message, 256 of them or 8 MiB at once.
  ///
  /// @param idle how long a client may make no progress
  public static SocketLimits of(Duration idle) {
    return new SocketLimits(
        MESSAGE_BYTES_MAX,
        MESSAGES_MAX,
        MESSAGE_BYTES_MAX,
        idle.dividedBy(3),
        idle,
        Duration.ofSeconds(2));
  }
}
