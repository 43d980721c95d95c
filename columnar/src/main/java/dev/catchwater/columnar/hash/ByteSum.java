package dev.catchwater.columnar.hash;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// A checksum of 64 bits: two cyclic redundancy checks with different polynomials. It costs a
/// twentieth of SHA3-256 and finds what a faulty disk, memory or encoder does; it is no guard
/// against someone who means harm.
final class ByteSum {
  private final CRC32 ieee = new CRC32();
  private final CRC32C castagnoli = new CRC32C();

  void update(byte[] bytes, int length) {
    ieee.update(bytes, 0, length);
    castagnoli.update(bytes, 0, length);
  }

  long value() {
    return ieee.getValue() << 32 | castagnoli.getValue();
  }
}
