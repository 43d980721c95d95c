package dev.catchwater.ingest.sieve;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Sets bad rows of one push aside, so that the others are taken as if the bad ones had never been
/// there.
///
/// What a reader refuses it hands over with its bytes ([#refuse]). What the merge refuses
/// ([#exclude]) was handed out before, and its bytes are gone: the whole push is read again, and
/// the reader sets those rows aside by their number. So the inputs must be repeatable. Rows are
/// numbered by arrival, good and bad ones together.
///
/// Used by one thread at a time.
public final class Sieve {
  private static final int ROUNDS_MAX = 32;
  private static final long NONE = Long.MAX_VALUE;

  private final SieveLimits limits;
  private final Map<Integer, NavigableMap<Long, CatchwaterException>> excluded = new HashMap<>();
  private final List<RefusedRow> refused = new ArrayList<>();
  private long[] ordinals = new long[16];
  private int input;
  private int before;
  private long bytes;
  private long rowsTaken;
  private long nextExcluded = NONE;
  private int rounds;

  /// Nothing is set aside yet.
  public Sieve(SieveLimits limits) {
    this.limits = limits;
  }

  /// A push begins, perhaps not for the first time: what is known by number stays.
  public void restart() {
    refused.clear();
    bytes = 0;
    rowsTaken = 0;
    before = 0;
  }

  /// An input is about to be read.
  public void begin(int index) {
    input = index;
    before = refused.size();
    findNextExcluded(0);
  }

  private NavigableMap<Long, CatchwaterException> excludedHere() {
    return excluded.computeIfAbsent(input, _ -> new TreeMap<>());
  }

  private void findNextExcluded(long from) {
    Long next = excludedHere().ceilingKey(from);
    nextExcluded = next == null ? NONE : next;
  }

  /// Whether the row at hand, which could be read, is to be set aside.
  ///
  /// @param taken rows of this input that were taken so far
  public boolean excludes(long taken) {
    return taken + refusedHere() == nextExcluded;
  }

  /// Sets the row at hand aside for what the merge found.
  ///
  /// @param header that names the fields, or null
  public void refuseExcluded(long taken, @Nullable String header, byte[] b, int from, int to) {
    CatchwaterException failure = excludedHere().get(nextExcluded);
    if (failure == null) {
      throw new IllegalStateException("row " + taken + " is not excluded");
    }
    refuse(failure, taken, header, b, from, to);
  }

  /// Sets the row at hand aside.
  ///
  /// @throws CatchwaterException `QUARANTINE_THRESHOLD` where that is too much
  public void refuse(
      CatchwaterException failure,
      long taken,
      @Nullable String header,
      byte[] b,
      int from,
      int to) {
    int size = to - from;
    bytes += size;
    if (size > SieveLimits.ROW_BYTES_MAX || bytes > limits.bytesMax()) {
      throw tooMuch(
          size > SieveLimits.ROW_BYTES_MAX
              ? "A row of " + size + " bytes is too long to be put aside"
              : "The rows that cannot be taken are more than " + limits.bytesMax() + " bytes",
          failure);
    }
    int count = refusedHere();
    if (count == ordinals.length) {
      ordinals = Arrays.copyOf(ordinals, 2 * count);
    }
    ordinals[count] = taken + count;
    refused.add(RefusedRow.of(failure, header, Arrays.copyOfRange(b, from, to)));
    if (nextExcluded <= ordinals[count]) {
      findNextExcluded(ordinals[count] + 1);
    }
  }

  private int refusedHere() {
    return refused.size() - before;
  }

  /// Notes rows that were handed out and cannot be taken.
  ///
  /// @param rows by their number among those handed out, from 0, ascending
  /// @return what the push is to end with, so that it begins again
  /// @throws CatchwaterException the first failure, where beginning again does not help
  public ReadAgainException exclude(SortedMap<Long, CatchwaterException> rows) {
    if (++rounds > ROUNDS_MAX) {
      throw rows.sequencedValues().getFirst();
    }
    int count = refusedHere();
    int behind = 0;
    for (Map.Entry<Long, CatchwaterException> row : rows.entrySet()) {
      while (behind < count && ordinals[behind] <= row.getKey() + behind) {
        behind++;
      }
      excludedHere().put(row.getKey() + behind, row.getValue());
    }
    return new ReadAgainException();
  }

  /// An input was read to its end.
  ///
  /// @param taken its good rows
  /// @return how many of its rows were set aside
  public int end(long taken) {
    rowsTaken += taken;
    return refusedHere();
  }

  /// Refuses a push of which too much is wrong. To be asked when all inputs have ended.
  ///
  /// @throws CatchwaterException `QUARANTINE_THRESHOLD` with the main cause
  public void requireFew() {
    long total = rowsTaken + refused.size();
    if (total >= limits.rowsMin()
        && !refused.isEmpty()
        && refused.size() * 100L > limits.percentMax() * total) {
      throw tooMuch(
          refused.size()
              + " of "
              + total
              + " rows cannot be taken, more than "
              + limits.percentMax()
              + " %",
          null);
    }
  }

  private CatchwaterException tooMuch(String what, @Nullable CatchwaterException last) {
    List<Cause> causes = Cause.of(refused);
    String text = what + "; nothing is written";
    if (!causes.isEmpty()) {
      Cause main = causes.getFirst();
      text += "; most of them (" + main.count() + "): " + main.example();
    } else if (last != null) {
      text += ": " + last.plainMessage();
    }
    return CatchwaterException.of(ErrorCode.QUARANTINE_THRESHOLD, text)
        .withHint(
            "look at what the source sends; `quarantine.percent-max` sets how much may be wrong");
  }

  /// What was set aside, in the order of arrival.
  public List<RefusedRow> refused() {
    return List.copyOf(refused);
  }

  /// The header of a CSV input as a text.
  public static @Nullable String header(byte[] line) {
    return line.length == 0 ? null : new String(line, StandardCharsets.UTF_8);
  }
}
