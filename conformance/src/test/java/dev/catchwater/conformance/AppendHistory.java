package dev.catchwater.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the clients of one append log saw, and whether a log that takes one push after the other
/// could have answered like that. Offsets give the order of versions, so that no search is needed:
/// O(n log n), and never undecided. Times are those of one clock.
///
/// @param log the rows at the end, in the order of their offsets
record AppendHistory(List<Push> pushes, List<Read> reads, List<Row> log) {
  static final long NEVER = Long.MAX_VALUE;

  AppendHistory {
    pushes = List.copyOf(pushes);
    reads = List.copyOf(reads);
    log = List.copyOf(log);
  }

  /// What is known of a push.
  enum Outcome {
    APPLIED,
    REFUSED,
    UNKNOWN
  }

  /// A push of rows with the numbers `first`, `first + 1`, ….
  ///
  /// @param returned `NEVER` where no answer came
  /// @param start its first offset, where it was applied
  record Push(long invoked, long returned, long first, int rows, Outcome outcome, long start) {}

  /// A read: how many rows it found in all, and some of the last ones.
  record Read(long invoked, long returned, long version, List<Row> seen) {
    Read {
      seen = List.copyOf(seen);
    }
  }

  /// The number that a client gave a row, and where it is.
  record Row(long offset, long number) {}

  /// What cannot have been, each as `kind: …`: lost, duplicate, gap, inversion, stale, fork,
  /// phantom, torn. Empty for a history that is linearizable.
  List<String> violations() {
    List<String> found = new ArrayList<>();
    Map<Long, Long> places = places(found);
    long accounted = 0;
    for (Push push : pushes) {
      accounted += check(push, places, found);
    }
    if (accounted != places.size()) {
      found.add("phantom: " + (places.size() - accounted) + " rows that nobody sent");
    }
    for (Read read : reads) {
      check(read, found);
    }
    checkOrder(places, found);
    return found;
  }

  private Map<Long, Long> places(List<String> found) {
    Map<Long, Long> places = new HashMap<>();
    for (int i = 0; i < log.size(); i++) {
      Row row = log.get(i);
      if (row.offset() != (i == 0 ? 0 : log.get(i - 1).offset() + 1)) {
        found.add("gap: before " + row);
      }
      if (places.putIfAbsent(row.number(), row.offset()) != null) {
        found.add("duplicate: " + row);
      }
    }
    return places;
  }

  /// How many of its rows are there.
  private static int check(Push push, Map<Long, Long> places, List<String> found) {
    int count = 0;
    boolean isInOrder = true;
    Long first = places.get(push.first());
    for (int i = 0; i < push.rows(); i++) {
      Long place = places.get(push.first() + i);
      count += place == null ? 0 : 1;
      isInOrder &= place != null && first != null && place == first + i;
    }
    if (count == 0 && push.outcome() == Outcome.APPLIED) {
      found.add("lost: " + push);
    } else if (count > 0 && push.outcome() == Outcome.REFUSED) {
      found.add("phantom: " + push);
    } else if (count > 0 && (count < push.rows() || !isInOrder)) {
      found.add("torn: " + count + " rows of " + push);
    } else if (push.outcome() == Outcome.APPLIED && first != null && first != push.start()) {
      found.add("fork: at " + first + " is " + push);
    }
    return count;
  }

  private void check(Read read, List<String> found) {
    long end = log.isEmpty() ? 0 : log.getLast().offset() + 1;
    if (read.version() > end) {
      found.add("lost: of " + end + " rows were seen " + read.version());
    }
    for (Row row : read.seen()) {
      int index = (int) (log.isEmpty() ? -1 : row.offset() - log.getFirst().offset());
      boolean isThere = index >= 0 && index < log.size();
      if (row.offset() >= read.version() || (isThere && !log.get(index).equals(row))) {
        found.add("fork: " + row + " was seen, there is " + (isThere ? log.get(index) : "none"));
      }
    }
  }

  /// Something that took effect at a version.
  ///
  /// @param needs the version it began with: of a push its first offset
  /// @param leaves the version behind it
  private record Step(long invoked, long returned, long needs, long leaves, String what) {}

  /// Whoever begins after another has ended sees at least what that one saw or wrote.
  private void checkOrder(Map<Long, Long> places, List<String> found) {
    List<Step> steps = new ArrayList<>();
    for (Push push : pushes) {
      Long first = places.get(push.first());
      if (first != null && push.outcome() != Outcome.REFUSED) {
        steps.add(
            new Step(
                push.invoked(), push.returned(), first, first + push.rows(), "inversion: " + push));
      }
    }
    for (Read read : reads) {
      steps.add(
          new Step(
              read.invoked(), read.returned(), read.version(), read.version(), "stale: " + read));
    }
    List<Step> ended = new ArrayList<>(steps);
    steps.sort(Comparator.comparingLong(Step::invoked));
    ended.sort(Comparator.comparingLong(Step::returned));
    long floor = 0;
    int next = 0;
    for (Step step : steps) {
      while (next < ended.size() && ended.get(next).returned() < step.invoked()) {
        floor = Math.max(floor, ended.get(next++).leaves());
      }
      if (step.needs() < floor) {
        found.add(step.what() + " although " + floor + " rows were known before");
      }
    }
  }
}
