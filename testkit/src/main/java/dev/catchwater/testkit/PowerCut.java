package dev.catchwater.testkit;

/// The moment a simulated machine loses power: thrown by the [SimDisk] call at which it was planned
/// and by every call after it. No code under test may catch it.
public final class PowerCut extends RuntimeException {
  PowerCut(String call) {
    super("power cut at " + call, null, false, false);
  }
}
