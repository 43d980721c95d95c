package dev.catchwater.testkit;

/// What goes wrong at one call of a [SimDisk].
public enum Fault {
  /// The power goes. A force or sync has done nothing yet, any other call is pending.
  POWER_CUT,
  /// The call fails with `Input/output error`. After a failed force the pages written before are
  /// clean but not durable: readable until the machine restarts, gone after a crash, and the next
  /// force says that all is well (Rebello et al., ATC'20).
  IO_ERROR,
  /// The call fails with `No space left on device`, if it is one that needs space.
  NO_SPACE,
  /// A read gives its bytes with one bit flipped.
  BIT_FLIP,
  /// A read gives fewer bytes than it could.
  SHORT_READ,
  /// A read gives the bytes of another place of the same file.
  MISDIRECTED_READ
}
