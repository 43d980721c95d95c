package dev.catchwater.cli.resident;

import dev.catchwater.disk.Disk;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The Unix socket of a workspace's engine, `run/engine.sock`.
///
/// The address of a socket has room for about 100 bytes. A longer path is reached through a link in
/// a folder of its own under the temporary folder, which is gone again when the socket is made or
/// connected.
final class EngineSocket {
  private static final int PATH_SIZE_MAX = 100;
  private static final String NAME = "engine.sock";
  private static final String YOUNG = "engine.new";

  private EngineSocket() {}

  /// Where the socket of a workspace lies.
  ///
  /// @param root the `.catchwater` folder
  static Path of(Path root) {
    return root.resolve("run").resolve(NAME);
  }

  /// What is done with an address that is short enough.
  private interface Use {
    void with(UnixDomainSocketAddress address) throws IOException;
  }

  /// Listens, only for this user, in the place of whatever has that name. It appears when it can be
  /// connected to, with its rights.
  static ServerSocketChannel listen(Disk disk, Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Path young = socket.resolveSibling(YOUNG);
    boolean done = false;
    try {
      disk.delete(young);
      reach(young, server::bind);
      Files.setPosixFilePermissions(young, PosixFilePermissions.fromString("rw-------"));
      disk.rename(young, socket);
      done = true;
      return server;
    } finally {
      if (!done) {
        server.close();
      }
    }
  }

  /// Connects.
  ///
  /// @throws IOException also where nobody listens any more
  static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    boolean done = false;
    try {
      reach(socket, channel::connect);
      done = true;
      return channel;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private static void reach(Path socket, Use use) throws IOException {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_SIZE_MAX) {
      use.with(UnixDomainSocketAddress.of(socket));
      return;
    }
    Path folder = Files.createTempDirectory("cw");
    Path link = folder.resolve("r");
    try {
      Files.createSymbolicLink(link, socket.toAbsolutePath().getParent());
      use.with(UnixDomainSocketAddress.of(link.resolve(socket.getFileName())));
    } finally {
      Files.deleteIfExists(link);
      Files.delete(folder);
    }
  }
}
