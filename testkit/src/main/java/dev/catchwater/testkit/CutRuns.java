package dev.catchwater.testkit;

import dev.catchwater.odf.error.CatchwaterException;
import java.util.List;
import java.util.function.Function;

/// Runs a script again and again on a disk that crashes, each time cut some calls later, until it
/// comes to its end, and lets it look at what a kill and a power cut left.
public final class CutRuns {
  private CutRuns() {}

  /// A script on a disk of its own. What it does before it is handed out is not cut.
  public interface Script {
    /// Runs to its end, or to the cut.
    void run();

    /// Looks at what was left, with what the run was told before it was cut.
    ///
    /// @param image a disk of its own, which may be written to
    /// @param what names mode and call, for messages
    void check(SimDisk image, String what);
  }

  /// Cuts at the first call, and then at every `stride`th one.
  ///
  /// @param begin makes a script on a disk; the same calls each time
  /// @return how many images were looked at
  public static int of(SimDisk.Mode mode, int stride, Function<SimDisk, Script> begin) {
    boolean wasCut = true;
    int images = 0;
    for (long call = 1; wasCut; call += stride) {
      SimDisk disk = new SimDisk(mode, call);
      Script script = begin.apply(disk);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      wasCut = isCut(script);
      for (SimDisk image : List.of(disk.restartAfterKill(), disk.restartAfterPowerCut())) {
        script.check(image, mode + ", call " + call);
        images++;
      }
    }
    return images;
  }

  private static boolean isCut(Script script) {
    try {
      script.run();
      return false;
    } catch (PowerCut | CatchwaterException e) {
      // Another thread may meet the cut first; then it is a disk that failed.
      return true;
    }
  }
}
