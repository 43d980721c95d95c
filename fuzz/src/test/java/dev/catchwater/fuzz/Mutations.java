package dev.catchwater.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Inputs made of those of a corpus, each changed in one to four places. Without instrumentation
/// this is many times faster than a fuzzer that watches where an input leads; it goes wide where
/// the corpus went deep.
final class Mutations {
  private static final int CHANGES_MAX = 4;
  private static final int RANGE_MAX = 48;
  private static final long[] EDGES = {
    0,
    1,
    -1,
    Byte.MAX_VALUE,
    Byte.MIN_VALUE,
    255,
    Short.MAX_VALUE,
    Short.MIN_VALUE,
    65_535,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final List<byte[]> corpus;
  private final List<byte[]> words;
  private final RandomGenerator random;
  private byte[] bytes;
  private int length;

  private Mutations(Target target, RandomGenerator random) throws IOException {
    this.corpus = target.corpus();
    this.words = target.dictionary();
    this.random = random;
    this.bytes = new byte[target.bytesMax()];
  }

  /// Runs a target on so many inputs.
  ///
  /// @throws AssertionError naming the file in which a finding was kept
  static void run(Target target, long count, RandomGenerator random) throws IOException {
    Mutations mutations = new Mutations(target, random);
    if (mutations.corpus.isEmpty()) {
      throw new AssertionError(target + " has no corpus");
    }
    for (long i = 0; i < count; i++) {
      byte[] input = mutations.next();
      try {
        target.read(input);
      } catch (RuntimeException | Error e) {
        Path kept = Files.write(Files.createTempFile("broken-" + target + "-", ".bin"), input);
        throw new AssertionError(target + " was broken by " + kept, e);
      }
    }
  }

  /// Runs a target for a person: its method, how many inputs, a seed.
  public static void main(String[] arguments) throws IOException {
    Target target = Target.of(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    long started = System.nanoTime();
    run(target, count, new SplittableRandom(seed));
    long seconds = Math.max(1, (System.nanoTime() - started) / 1_000_000_000);
    System.out.printf(
        "%s: %d inputs in %d s, %d a second, seed %d, no finding%n",
        arguments[0], count, seconds, count / seconds, seed);
  }

  private byte[] next() {
    byte[] seed = corpus.get(random.nextInt(corpus.size()));
    length = Math.min(seed.length, bytes.length);
    System.arraycopy(seed, 0, bytes, 0, length);
    for (int changes = 1 + random.nextInt(CHANGES_MAX); changes > 0; changes--) {
      change();
    }
    return Arrays.copyOf(bytes, length);
  }

  private void change() {
    int at = length == 0 ? 0 : random.nextInt(length);
    int rest = length - at;
    switch (random.nextInt(10)) {
      case 0 -> flip(at);
      case 1 -> replace(at, Math.min(1, rest), new byte[] {(byte) random.nextInt()}, 0, 1);
      case 2 -> replace(at, Math.min(rest, random.nextInt(RANGE_MAX)), bytes, 0, 0);
      case 3 -> length = at;
      case 4, 5, 6 -> word(at, rest);
      case 7 -> edge(at);
      case 8 -> splice(at, corpus.get(random.nextInt(corpus.size())));
      default -> splice(at, Arrays.copyOf(bytes, length));
    }
  }

  private void flip(int at) {
    if (at < length) {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private void word(int at, int rest) {
    if (!words.isEmpty()) {
      byte[] word = words.get(random.nextInt(words.size()));
      int over = random.nextBoolean() ? 0 : Math.min(rest, random.nextInt(8));
      replace(at, over, word, 0, word.length);
    }
  }

  /// A number at the edge of a type, in either order of bytes, over what is there.
  private void edge(int at) {
    long value = EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1;
    int width = 1 << random.nextInt(4);
    boolean isBig = random.nextBoolean();
    for (int i = 0; i < width && at + i < length; i++) {
      bytes[at + i] = (byte) (value >>> (8 * (isBig ? width - 1 - i : i)));
    }
  }

  private void splice(int at, byte[] other) {
    if (other.length > 0) {
      int from = random.nextInt(other.length);
      int count = 1 + random.nextInt(Math.min(RANGE_MAX, other.length - from));
      replace(at, 0, other, from, count);
    }
  }

  /// Puts `count` bytes in the place of `over` of the input's; what does not fit falls off.
  private void replace(int at, int over, byte[] by, int from, int count) {
    int put = Math.min(count, bytes.length - at);
    int tail = Math.min(length - at - over, bytes.length - at - put);
    System.arraycopy(bytes, at + over, bytes, at + put, tail);
    System.arraycopy(by, from, bytes, at, put);
    length = at + put + tail;
  }
}
