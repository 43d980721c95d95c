package dev.catchwater.server.socket;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The sockets of producers, one for each: who comes again, because its connection broke, ends the
/// one it had before, of which the server may not know yet that nobody is there. Thread-safe.
final class ProducerSockets {
  private final Map<Key, IngestSocket> sockets = new ConcurrentHashMap<>();

  /// Whose messages they are.
  record Key(DatasetId dataset, String source, String producer) {}

  /// Puts a socket in the place of the one before, which is returned.
  ///
  /// @throws CatchwaterException `PRODUCER_FENCED` where that is of a later epoch
  @Nullable IngestSocket enter(Key key, IngestSocket socket) {
    IngestSocket before = sockets.put(key, socket);
    if (before != null && before.epoch() > socket.epoch()) {
      sockets.replace(key, socket, before);
      throw CatchwaterException.of(
              ErrorCode.PRODUCER_FENCED,
              "Producer " + key.producer() + " is connected in epoch " + before.epoch())
          .withHint("another instance took over; end this one");
    }
    return before;
  }

  void leave(Key key, IngestSocket socket) {
    sockets.remove(key, socket);
  }
}
