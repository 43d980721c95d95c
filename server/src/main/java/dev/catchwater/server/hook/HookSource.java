package dev.catchwater.server.hook;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of a body as they came, as often as they are wanted.
@FunctionalInterface
public interface HookSource {
  /// The bytes from the first one on; closed by whoever reads them.
  InputStream open() throws IOException;
}
