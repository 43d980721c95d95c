package dev.catchwater.ingest.read.unpack;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Unpacks zstd (RFC 8878), any number of frames. The only class that loads the native library.
public final class ZstdStream {
  private ZstdStream() {}

  /// Unpacks what `in` gives.
  public static InputStream open(InputStream in) throws IOException {
    return new ZstdInputStream(in);
  }
}
