package dev.catchwater.journal;

import static dev.catchwater.journal.Journals.FOLDER;
import static dev.catchwater.journal.Journals.SMALL;
import static dev.catchwater.journal.Journals.bytes;
import static dev.catchwater.journal.Journals.open;
import static dev.catchwater.journal.Journals.payload;
import static dev.catchwater.journal.Journals.read;
import static dev.catchwater.journal.Journals.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What those who append and wait are told, and when.
class JournalFailureTest {
  private SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);

  @BeforeEach
  void makeTheFolderAbove() throws IOException {
    disk = SimJournal.disk(SimDisk.Mode.EXT4, 1);
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /// Waits for a record in another thread; the latch opens when it is told that it is durable.
  private static CountDownLatch waiting(Journal journal, long sequence) {
    CountDownLatch told = new CountDownLatch(1);
    Thread.startVirtualThread(() -> {
      journal.awaitDurable(sequence);
      told.countDown();
    });
    return told;
  }

  // --- T13
  // -----------------------------------------------------------------------------------------

  /// A one-node cluster that answered before its log was forced.
  @Test
  void etcd_14370_nothingIsAcknowledgedBeforeTheForceReturned() throws Exception {
    GatedDisk gated = new GatedDisk(disk);
    try (Journal journal = open(gated)) {
      journal.awaitDurable(journal.append(bytes("first")));
      for (int round = 0; round < 20; round++) {
        gated.shut();
        long sequence = journal.append(bytes("r" + round));
        CountDownLatch told = waiting(journal, sequence);
        gated.awaitForce();
        assertThat(told.await(2, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(journal.durableSequence()).isEqualTo(sequence - 1);
        int forced = gated.forced();
        gated.letOne();
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gated.forced()).isGreaterThan(forced);
        assertThat(journal.durableSequence()).isGreaterThanOrEqualTo(sequence);
      }
      gated.open();
    }
  }

  @Test
  void T13_aSlowForceOfOneDatasetHoldsUpNoOther() throws Exception {
    GatedDisk slow = new GatedDisk(disk);
    try (Journal one = open(slow, Path.of("/w/journal/one"));
        Journal two = open(disk, Path.of("/w/journal/two"))) {
      one.awaitDurable(one.append(bytes("a")));
      slow.shut();
      CountDownLatch told = waiting(one, one.append(bytes("b")));
      slow.awaitForce();
      for (int i = 0; i < 50; i++) {
        two.awaitDurable(two.append(bytes("c")));
      }
      assertThat(told.getCount()).isEqualTo(1);
      slow.open();
      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// A million records, in groups of whatever size, against what a disk in memory has forced.
  @Test
  void T13_aRecordIsDurableOnlyAfterItsForce() {
    SplittableRandom random = new SplittableRandom(13);
    CommitCore core = new CommitCore(SMALL, random, List.of(), 0);
    byte[] payload = bytes("x");
    int crc = SegmentFormat.payloadCrc(payload, 0, 1);
    int count = 1_000_000;
    long written = 0;
    long forced = 0;
    long named = 0;
    int groups = 0;
    while (core.durable() < count) {
      for (int i = random.nextInt(60); i > 0 && core.last() < count; i--) {
        core.append(payload, crc);
      }
      long before = core.durable();
      CommitOperation operation = core.next();
      core.done();
      switch (operation) {
        case CommitOperation.Write write -> written = lastIn(write, written);
        case CommitOperation.Force force -> {
          forced = written;
          named = force.target() == CommitOperation.Target.ACTIVE ? forced : named;
        }
        case CommitOperation.Publish _ -> named = forced;
        case null, default -> {}
      }
      assertThat(core.durable()).isLessThanOrEqualTo(Math.min(forced, named));
      groups += core.durable() > before ? 1 : 0;
      core.release(core.durable());
    }
    System.out.println("T13 journal acks=" + count + " groups=" + groups + " early=0");
  }

  /// The highest sequence that a write holds, read from its bytes.
  private static long lastIn(CommitOperation.Write write, long before) {
    int at = write.target() == CommitOperation.Target.NEXT ? SegmentFormat.HEADER_BYTES : 0;
    long last = before;
    while (at < write.length()) {
      long salt = ByteBuffer.wrap(write.bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong(at + 8);
      SegmentFormat.RecordHeader record = SegmentFormat.readRecordHeader(write.bytes(), at, salt);
      if (record == null) {
        throw new IllegalStateException("no record at " + at);
      }
      last = Math.max(last, record.sequence());
      at += SegmentFormat.recordBytes(record.length());
    }
    return last;
  }

  @Test
  void theListenerHearsBeforeThoseWhoWait() {
    Queue<Long> heard = new ConcurrentLinkedQueue<>();
    try (Journal journal = Journal.open(disk, FOLDER, SMALL, new SplittableRandom(1), heard::add)) {
      for (int i = 0; i < 100; i++) {
        long sequence = journal.append(bytes("x"));
        journal.awaitDurable(sequence);
        assertThat(new ArrayDeque<>(heard).getLast()).isGreaterThanOrEqualTo(sequence);
      }
    }
    assertThat(new ArrayList<>(heard)).isSorted().doesNotHaveDuplicates();
  }

  // --- T05
  // -----------------------------------------------------------------------------------------

  private void failNextForce() {
    // A write, then its force; before it nothing else is called on the disk.
    disk.faultAt(disk.calls() + 2, Fault.IO_ERROR);
  }

  /// A force fails once, the next one says that all is well, and the data is gone.
  @Test
  void pg_fsyncgate_aForceIsNotTriedAgain() throws Exception {
    Journal journal = open(disk);
    journal.awaitDurable(journal.append(bytes("a")));
    journal.close(); // the proof is written, so that the calls can be counted
    journal = open(disk);
    journal.awaitDurable(journal.append(bytes("b")));
    Journal stopped = journal;
    awaitIdle();
    failNextForce();
    long lost = journal.append(bytes("c"));
    assertCode(ErrorCode.STORAGE_FAILED, () -> stopped.awaitDurable(lost));
    assertCode(ErrorCode.STORAGE_FAILED, () -> stopped.append(bytes("d")));
    assertCode(ErrorCode.STORAGE_FAILED, () -> stopped.awaitDurable(lost));
    assertCode(ErrorCode.STORAGE_FAILED, () -> stopped.requireRoom(1));
    assertThat(journal.durableSequence()).isEqualTo(2);
    journal.awaitDurable(2); // what was acknowledged stays acknowledged
    assertThat(read(disk)).as("readers go on").containsExactly("1:a", "2:b");
    assertCode(ErrorCode.STORAGE_FAILED, stopped::close);

    // The next process sees "c" in the page cache, where the disk does not have it.
    SimDisk again = disk.restartAfterKill();
    List<String> served;
    try (Journal reopened = open(again)) {
      served = texts(reopened.records());
      assertThat(served).startsWith("1:a", "2:b");
      assertThat(read(again)).isEqualTo(served);
    }
    SimDisk after = again.restartAfterPowerCut();
    try (Journal reopened = open(after)) {
      assertThat(texts(reopened.records())).startsWith(served.toArray(new String[0]));
    }
  }

  /// Waits until the journal's thread has written its proof and sleeps.
  private void awaitIdle() throws InterruptedException {
    long calls = -1;
    while (calls != disk.calls()) {
      calls = disk.calls();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void everybodyWhoWaitsHearsOfAFailure() throws Exception {
    GatedDisk gated = new GatedDisk(disk);
    Journal journal = open(gated);
    journal.awaitDurable(journal.append(bytes("a")));
    awaitIdle();
    gated.shut();
    List<Thread> threads = new ArrayList<>();
    Queue<ErrorCode> codes = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 50; i++) {
      long sequence = journal.append(bytes("x"));
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              journal.awaitDurable(sequence);
            } catch (CatchwaterException e) {
              codes.add(e.code());
            }
          }));
    }
    gated.awaitForce();
    disk.faultAt(disk.calls() + 1, Fault.IO_ERROR);
    gated.open();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(codes).hasSize(50).containsOnly(ErrorCode.STORAGE_FAILED);
    assertCode(ErrorCode.STORAGE_FAILED, journal::close);
  }

  // --- T06
  // -----------------------------------------------------------------------------------------

  @Test
  void T06_aDiskBelowTheReserveRefusesBeforeAnythingIsDone() throws Exception {
    try (Journal journal = open(disk)) {
      journal.requireRoom(500);
      disk.leaveFree(SMALL.reserveBytes() + 400);
      journal.requireRoom(300);
      long calls = disk.calls();
      assertCode(ErrorCode.DISK_FULL, () -> journal.requireRoom(500));
      assertThat(disk.calls()).isLessThanOrEqualTo(calls + 2);
      disk.leaveFree(1 << 20);
      journal.requireRoom(500);
    }
  }

  /// A disk whose folders have no room for a new name while that is wanted.
  private static final class NamelessDisk extends ForwardingDisk {
    private volatile boolean isFull;

    NamelessDisk(Disk disk) {
      super(disk);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      if (isFull) {
        throw new FileSystemException(from.toString(), to.toString(), "No space left on device");
      }
      super.rename(from, to);
    }
  }

  @Test
  void T06_aSegmentWhoseNameFindsNoRoomIsRefusedAndTheJournalGoesOn() throws Exception {
    for (int before = 0; before < 2; before++) {
      SimDisk under = new SimDisk(SimDisk.Mode.EXT4, before);
      NamelessDisk nameless = new NamelessDisk(under);
      try (Journal journal = open(nameless)) {
        for (int i = 0; i < before; i++) {
          journal.awaitDurable(journal.append(bytes("a")));
        }
        nameless.isFull = true;
        long refused = journal.append(payload(2, 20_000)); // needs a segment of its own
        assertCode(ErrorCode.DISK_FULL, () -> journal.awaitDurable(refused));
        nameless.isFull = false;
        journal.resume();
        journal.awaitDurable(journal.append(bytes("b")));
        journal.awaitDurable(journal.append(payload(3, 20_000)));
      }
      try (Journal journal = open(under.restartAfterPowerCut())) {
        assertThat(Journals.all(journal.records())).hasSize(before + 2);
      }
    }
  }

  @Test
  void T06_whatIsRefusedIsNowhereAndWhatFollowsIsTaken() throws Exception {
    List<String> refused = new ArrayList<>();
    JournalListener listener =
        new JournalListener() {
          @Override
          public void durable(long through) {}

          @Override
          public void refused(long from, CatchwaterException why) {
            refused.add(from + " " + why.code());
          }
        };
    try (Journal journal = Journal.open(disk, FOLDER, SMALL, new SplittableRandom(1), listener)) {
      journal.awaitDurable(journal.append(bytes("a")));
      disk.leaveFree(SMALL.reserveBytes());
      long large = journal.append(payload(2, 20_000)); // needs a segment of its own
      assertCode(ErrorCode.DISK_FULL, () -> journal.awaitDurable(large));
      assertCode(ErrorCode.DISK_FULL, () -> journal.append(bytes("c")));
      assertThat(refused).containsExactly("2 DISK_FULL");
      assertThat(journal.durableSequence()).isEqualTo(1);
      assertThat(read(disk)).containsExactly("1:a");

      assertThat(journal.resume()).isEqualTo(1);
      long small = journal.append(bytes("d")); // there is room in the segment at hand
      assertThat(small).isEqualTo(3);
      journal.awaitDurable(small);
      assertCode(ErrorCode.DISK_FULL, () -> journal.awaitDurable(large));

      disk.leaveFree(Long.MAX_VALUE);
      journal.awaitDurable(journal.append(payload(4, 20_000)));
      assertCode(ErrorCode.DISK_FULL, () -> journal.awaitDurable(large));
    }
    try (Journal journal = open(disk)) {
      assertThat(Journals.all(journal.records()))
          .extracting(JournalRecord::sequence)
          .containsExactly(1L, 3L, 4L);
    }
  }
}
