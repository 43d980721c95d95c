package dev.catchwater.journal;

import static dev.catchwater.journal.Journals.DATASET;
import static dev.catchwater.journal.Journals.FOLDER;
import static dev.catchwater.journal.Journals.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Segments written by hand, then torn or damaged byte by byte: a torn tail never stops the start,
/// damage of what was on the disk always does.
class JournalDamageTest {
  private static final int SALT = 77;
  private static final int SEGMENT_BYTES = 16_384;

  /// A segment of groups; each group is written after the one before it was forced.
  private static final class Image {
    final byte[] bytes;
    private final TreeMap<Long, Integer> starts = new TreeMap<>();
    int end = SegmentFormat.HEADER_BYTES;

    Image(long salt, long first, int[]... groups) {
      this(salt, first, 0, groups);
    }

    Image(long salt, long first, long seed, int[]... groups) {
      bytes = new byte[SEGMENT_BYTES];
      long sequence = first - 1;
      SegmentFormat.Header header =
          new SegmentFormat.Header(
              salt, first, first - 1, sequence + groups[0].length, did(DATASET));
      SegmentFormat.writeHeader(bytes, header);
      for (int[] group : groups) {
        long durable = sequence;
        for (int length : group) {
          byte[] payload = payload(seed + sequence + 1, length);
          starts.put(sequence + 1, end);
          end =
              SegmentFormat.writeRecord(
                  bytes,
                  end,
                  salt,
                  new SegmentFormat.RecordHeader(
                      length,
                      sequence + 1,
                      sequence,
                      durable,
                      SegmentFormat.payloadCrc(payload, 0, length)),
                  payload);
          sequence++;
        }
      }
    }

    int startOf(long record) {
      return Objects.requireNonNull(starts.get(record));
    }

    long recordAt(int position) {
      long record = 0;
      for (Map.Entry<Long, Integer> start : starts.entrySet()) {
        record = start.getValue() <= position ? start.getKey() : record;
      }
      return record;
    }

    Image proven(long through) {
      byte[] none = new byte[0];
      SegmentFormat.writeRecord(
          bytes,
          end,
          SALT,
          new SegmentFormat.RecordHeader(
              0, 0, through, through, SegmentFormat.payloadCrc(none, 0, 0)),
          none);
      return this;
    }
  }

  private static byte[] did(String dataset) {
    return dataset.getBytes(StandardCharsets.UTF_8);
  }

  private static SimDisk diskOf(Map<String, byte[]> files) throws IOException {
    SimDisk disk = SimJournal.disk(SimDisk.Mode.STRICT, 1);
    disk.createDirectories(FOLDER);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      try (DiskFile out = disk.create(FOLDER.resolve(file.getKey()))) {
        out.write(file.getValue(), 0, file.getValue().length, 0);
        out.force();
      }
    }
    return disk;
  }

  private static List<Long> recovered(byte[] segment) throws IOException {
    return recovered(Map.of(SegmentFormat.name(1), segment));
  }

  private static List<Long> recovered(Map<String, byte[]> files) throws IOException {
    SimDisk disk = diskOf(files);
    Survey survey = SimJournal.recover(disk, new SplittableRandom(2));
    List<Long> sequences = new ArrayList<>();
    for (JournalRecord record : Journals.all(new JournalRecords(survey))) {
      assertThat(record.payload()).isEqualTo(payload(record.sequence(), record.payload().length));
      sequences.add(record.sequence());
    }
    return sequences;
  }

  private static void assertRefused(Map<String, byte[]> files, ErrorCode code, String... words) {
    assertThatThrownBy(() -> recovered(files))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(words);
            });
  }

  // --- T07: a torn tail
  // ----------------------------------------------------------------------------

  /// The last group is torn at one byte: what is before it stays, and of the group a prefix.
  private static int tearEveryByte(int length) throws IOException {
    int[][] groups = {{90}, {80, 100, 70}, {length, length}};
    Image image = new Image(SALT, 1, groups);
    // What an older file left in the same place: other records, whole, under another salt.
    byte[] stale = new Image(SALT + 1, 1, 1_000, groups).bytes;
    byte[] noise = payload(99, SEGMENT_BYTES);
    int opens = 0;
    for (int at = image.startOf(5L); at < image.end; at++) {
      for (int kind = 0; kind < 4; kind++) {
        byte[] torn = image.bytes.clone();
        switch (kind) {
          case 0 -> torn = Arrays.copyOf(torn, at);
          case 1 -> Arrays.fill(torn, at, image.end, (byte) 0);
          case 2 -> System.arraycopy(noise, at, torn, at, image.end - at);
          default -> System.arraycopy(stale, at, torn, at, image.end - at);
        }
        int whole = 4;
        if (isSame(torn, image.bytes, image.startOf(5), image.startOf(6))) {
          whole = isSame(torn, image.bytes, image.startOf(6), image.end) ? 6 : 5;
        }
        assertThat(recovered(torn))
            .as("byte %d, kind %d", at, kind)
            .startsWith(1L, 2L, 3L, 4L)
            .hasSize(whole);
        opens++;
      }
    }
    return opens;
  }

  private static boolean isSame(byte[] a, byte[] b, int from, int to) {
    return a.length >= to && Arrays.equals(a, from, to, b, from, to);
  }

  @Test
  void T07_aTornTailNeverStopsTheStart() throws IOException {
    int opens = tearEveryByte(300);
    assertThat(opens).isGreaterThan(2_500);
    System.out.println("T07 journal opens=" + opens + " refused=0 stale=0 dropped=0");
  }

  @Test
  @Tag("slow")
  void T07_aTornTailNeverStopsTheStart_full() throws IOException {
    int opens = tearEveryByte(3_000);
    assertThat(opens).isGreaterThan(24_000);
    System.out.println("T07 journal opens=" + opens + " refused=0 stale=0 dropped=0");
  }

  // --- T08: damage in the middle
  // -------------------------------------------------------------------

  private static int damageEveryByte(Image image, int from, int to) throws IOException {
    int opens = 0;
    for (int at = from; at < to; at++) {
      for (int kind = 0; kind < 3; kind++) {
        byte[] damaged = image.bytes.clone();
        damaged[at] = kind == 0 ? (byte) (damaged[at] ^ 1) : kind == 1 ? 0 : (byte) ~damaged[at];
        if (damaged[at] == image.bytes[at]) {
          continue;
        }
        opens++;
        long record = image.recordAt(at);
        String named =
            at < SegmentFormat.HEADER_BYTES ? "segment" : "Record " + record + " at byte";
        Map<String, byte[]> files = Map.of(SegmentFormat.name(1), damaged);
        assertThatThrownBy(() -> recovered(files))
            .as("byte %d, kind %d", at, kind)
            .isInstanceOf(CatchwaterException.class)
            .hasMessageContaining(SegmentFormat.name(1))
            .hasMessageContaining(named);
      }
    }
    return opens;
  }

  @Test
  void T08_damageOfWhatWasOnTheDiskIsNamedAndNeverCut() throws IOException {
    Image image = new Image(SALT, 1, new int[] {90}, new int[] {80, 41, 200}, new int[] {33});
    int opens = damageEveryByte(image, 0, 64);
    opens += damageEveryByte(image, SegmentFormat.HEADER_BYTES - 64, image.startOf(5L));
    Image proven = new Image(SALT, 1, new int[] {90}, new int[] {60}).proven(2);
    opens += damageEveryByte(proven, SegmentFormat.HEADER_BYTES, proven.end);
    assertThat(opens).isGreaterThan(1_500);
    System.out.println("T08 journal opens=" + opens + " refused=" + opens + " cut=0");
  }

  @Test
  @Tag("slow")
  void T08_damageOfWhatWasOnTheDiskIsNamedAndNeverCut_full() throws IOException {
    Image image =
        new Image(SALT, 1, new int[] {900, 80}, new int[] {80, 2_000, 41}, new int[] {33});
    int opens = damageEveryByte(image, 0, image.startOf(6L));
    System.out.println("T08 journal opens=" + opens + " refused=" + opens + " cut=0");
  }

  @Test
  void T08_aSegmentCutShortIsNamedIfMoreWasOnTheDisk() throws IOException {
    Image first = new Image(SALT, 1, new int[] {90}, new int[] {80, 41});
    Image second = new Image(SALT + 1, 4, new int[] {50});
    for (int end = 0; end < first.end; end += 7) {
      Map<String, byte[]> files = new TreeMap<>();
      files.put(SegmentFormat.name(1), Arrays.copyOf(first.bytes, end));
      files.put(SegmentFormat.name(4), second.bytes);
      assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(1));
    }
  }

  @Test
  void T08_aReaderWithoutALockNamesDamageToo() throws IOException {
    Image image = new Image(SALT, 1, new int[] {90}, new int[] {80, 41, 200}, new int[] {33});
    image.bytes[image.startOf(3L) + 60] ^= 4;
    SimDisk disk = diskOf(Map.of(SegmentFormat.name(1), image.bytes));
    assertThatThrownBy(() -> JournalReader.read(disk, FOLDER, DATASET))
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("Record 3 at byte");
  }

  // --- BAD105
  // --------------------------------------------------------------------------------------

  private static Map<String, byte[]> three() {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(SegmentFormat.name(1), new Image(SALT, 1, new int[] {90}, new int[] {80, 41}).bytes);
    files.put(SegmentFormat.name(4), new Image(SALT + 1, 4, new int[] {50, 60}).bytes);
    files.put(SegmentFormat.name(6), new Image(SALT + 2, 6, new int[] {50}).bytes);
    return files;
  }

  @Test
  void BAD105_aSegmentThatDoesNotBelongIsRefusedAndNamed() throws IOException {
    assertThat(recovered(three())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);

    Map<String, byte[]> files = three();
    files.remove(SegmentFormat.name(4));
    assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(1), "Record 4", "after record 5");

    files = three();
    files.put(SegmentFormat.name(9), files.get(SegmentFormat.name(4)));
    assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(9), "its name says another");

    files = three();
    byte[] foreign = Objects.requireNonNull(files.get(SegmentFormat.name(6)));
    SegmentFormat.writeHeader(
        foreign, new SegmentFormat.Header(SALT + 2, 6, 5, 6, did("did:odf:fed02")));
    assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(6), "did:odf:fed02", DATASET);

    files = three();
    Objects.requireNonNull(files.get(SegmentFormat.name(4)))[8] = 2;
    assertRefused(files, ErrorCode.UNSUPPORTED, SegmentFormat.name(4), "version 2");

    files = three(); // an older copy of a segment that went on
    files.put(SegmentFormat.name(4), new Image(SALT + 1, 4, new int[] {50}).bytes);
    assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(4), "Record 5");

    files = three(); // one that says to follow a record before the segment before it
    byte[] early = new Image(SALT + 3, 5, new int[] {10}).bytes;
    SegmentFormat.writeHeader(early, new SegmentFormat.Header(SALT + 3, 5, 2, 5, did(DATASET)));
    files.put(SegmentFormat.name(5), early);
    assertRefused(files, ErrorCode.CORRUPT, SegmentFormat.name(5), "record 2");
  }

  /// Whatever is done to the files, the answer is a prefix of the records or a named refusal.
  @Seeded(iterations = 300)
  void T25_damageOfAnyKindIsAnsweredAsIs(RandomGenerator random) throws IOException {
    Map<String, byte[]> files = three();
    List<String> names = List.copyOf(files.keySet());
    boolean isCut = false;
    for (int count = 1 + random.nextInt(4); count > 0 && !isCut; count--) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = Objects.requireNonNull(files.get(name));
      int at = random.nextInt(4) == 0 ? random.nextInt(64) : 4_000 + random.nextInt(600);
      int kind = random.nextInt(4);
      if (kind == 0) {
        bytes[at] = (byte) random.nextInt();
      } else if (kind == 1) {
        Arrays.fill(bytes, at, at + 100, (byte) 0);
      } else if (kind == 2) {
        byte[] other = Objects.requireNonNull(files.get(names.get(random.nextInt(3))));
        System.arraycopy(other, at, bytes, at, 200);
      } else {
        isCut = true;
        files.put(name, Arrays.copyOf(bytes, random.nextInt(6_000)));
      }
    }
    try {
      List<Long> found = recovered(files);
      assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L)).startsWith(found.toArray(new Long[0]));
    } catch (CatchwaterException e) {
      assertThat(e.code()).isIn(ErrorCode.CORRUPT, ErrorCode.UNSUPPORTED);
      assertThat(e.getMessage()).contains(".segment");
    }
  }

  @Test
  void whatIsNoSegmentIsLeftAlone() throws IOException {
    Map<String, byte[]> files = three();
    files.put(".DS_Store", new byte[3]);
    files.put("1.segment", new byte[3]);
    files.put("0000000000000000000x.segment", new byte[3]);
    SimDisk disk = diskOf(files);
    SimJournal.recover(disk, new SplittableRandom(1)).close();
    assertThat(disk.list(FOLDER)).containsAll(files.keySet());
  }

  // --- named regressions
  // ---------------------------------------------------------------------------

  private static Image torn(int[][] groups, long record, int keep) {
    Image image = new Image(SALT, 1, groups);
    Arrays.fill(image.bytes, image.startOf(record) + keep, image.end, (byte) 0);
    return image;
  }

  /// The third record of a group reached the disk, the second did not.
  @Test
  void etcd_6378_reorderedAppendsDoNotStopTheStart() throws IOException {
    Image image = new Image(SALT, 1, new int[] {90}, new int[] {600, 600});
    int second = image.startOf(2L);
    Arrays.fill(image.bytes, second, image.startOf(3L), (byte) 0);
    assertThat(recovered(image.bytes)).containsExactly(1L);
  }

  /// The third record is torn.
  @Test
  void etcd_6379_aTornThirdAppendDoesNotStopTheStart() throws IOException {
    for (int keep = 0; keep < 640; keep++) {
      Image image = torn(new int[][] {{90}, {600}, {600}}, 3, keep);
      assertThat(recovered(image.bytes)).containsExactly(1L, 2L);
    }
  }

  /// The length of a torn record reads as a huge one.
  @Test
  void etcd_14098_aTornRecordThatReadsAsAHugeOneDoesNotStopTheStart() throws IOException {
    for (int length : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 200 << 20, 12_000}) {
      Image image = torn(new int[][] {{90}, {600}, {600}}, 3, 4);
      int at = image.startOf(3L) + 4;
      for (int i = 0; i < 4; i++) {
        image.bytes[at + i] = (byte) (length >>> (8 * i));
      }
      assertThat(recovered(image.bytes)).containsExactly(1L, 2L);
    }
    for (int length : new int[] {12_000, 3_000_000}) { // the same with a header that is whole
      Image image = torn(new int[][] {{90}, {600}, {600}}, 3, 0);
      byte[] payload = payload(3, length);
      byte[] huge = new byte[SegmentFormat.recordBytes(length)];
      int crc = SegmentFormat.payloadCrc(payload, 0, length);
      SegmentFormat.writeRecord(
          huge, 0, SALT, new SegmentFormat.RecordHeader(length, 3, 2, 2, crc), payload);
      System.arraycopy(huge, 0, image.bytes, image.startOf(3), 600);
      assertThat(recovered(image.bytes)).containsExactly(1L, 2L);
    }
  }

  /// A name that was given and not synced goes away with the power, and with it what it led to.
  @Test
  void etcd_6368_aNameIsNotDurableBeforeItsFolderIsSynced() throws IOException {
    Path folder = FOLDER;
    for (int seed = 0; seed < 40; seed++) {
      SimDisk disk = SimJournal.disk(SimDisk.Mode.STRICT, seed);
      Journal journal = Journals.open(disk, folder);
      journal.awaitDurable(journal.append(Journals.bytes("a")));
      List<String> calls = disk.trace();
      SimDisk after = disk.restartAfterPowerCut();
      assertThat(Journals.read(after)).containsExactly("1:a");
      int rename = lastOf(calls, "rename");
      assertThat(lastOf(calls, "sync " + folder)).isGreaterThan(rename);
    }
  }

  private static int lastOf(List<String> calls, String start) {
    int last = -1;
    for (int i = 0; i < calls.size(); i++) {
      last = calls.get(i).startsWith(start) ? i : last;
    }
    return last;
  }
}
