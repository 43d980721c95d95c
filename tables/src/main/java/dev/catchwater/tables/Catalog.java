package dev.catchwater.tables;

import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.retention.Retention;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Which datasets of a workspace are streams, tables and versions. What a dataset is does not
/// change, so it is read once. Other ways may bring, take and rename datasets at any time: that one
/// came is seen within a second by whoever reads rows, at once by all others; that one went or has
/// another name now is seen at once by all. Thread-safe.
final class Catalog {
  private static final long FRESH_NANOS = 1_000_000_000;

  private final LiveWorkspace live;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final Map<DatasetId, Optional<Definition>> known = new ConcurrentHashMap<>();
  private final Map<DatasetName, Entry> byName = new ConcurrentHashMap<>();
  private final Set<DatasetId> whole = ConcurrentHashMap.newKeySet();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile @Nullable Listing last;

  /// A dataset and what it is.
  record Entry(Dataset dataset, Definition definition) {}

  /// @param versions of tables, by the name in lower case, by number
  private record Listing(List<Entry> entries, Map<String, List<Entry>> versions, long takenAt) {}

  Catalog(LiveWorkspace live, InstantSource clock, LongSupplier nanos, RandomGenerator random) {
    this.live = live;
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
  }

  LiveWorkspace live() {
    return live;
  }

  /// All of them, as of now.
  List<Entry> entries() {
    forget();
    return listing().entries;
  }

  /// The versions of a table by number, as of now; also those without their rows.
  List<Entry> versions(GivenName name) {
    forget();
    return listing().versions.getOrDefault(lowerCase(name.shown()), List.of());
  }

  /// The version of a table with the highest number that has its rows, null where there is none.
  /// Asks no disk where that version is open.
  @Nullable Entry newest(GivenName name) {
    Listing listing = listing();
    for (Entry entry :
        listing.versions.getOrDefault(lowerCase(name.shown()), List.of()).reversed()) {
      Entry there = find(entry.dataset.name());
      if (there == null || !there.dataset.id().equals(entry.dataset.id())) {
        break; // it went or has another name
      }
      if (isWhole(there)) {
        return there;
      }
    }
    for (Entry entry : versions(name).reversed()) {
      if (isWhole(entry)) {
        return entry;
      }
    }
    return null;
  }

  private Listing listing() {
    Listing listing = last;
    if (listing == null || nanos.getAsLong() - listing.takenAt >= FRESH_NANOS) {
      int before = changes.get();
      listing = look();
      if (changes.get() == before) {
        last = listing;
      }
    }
    return listing;
  }

  private Listing look() {
    long started = nanos.getAsLong();
    List<Entry> entries = new ArrayList<>();
    Map<String, List<Entry>> versions = new HashMap<>();
    for (Dataset dataset : live.workspace().list()) {
      Entry entry = entry(dataset);
      if (entry != null) {
        entries.add(entry);
      }
      if (entry != null && entry.definition instanceof Definition.TableVersion version) {
        versions.computeIfAbsent(lowerCase(version.name()), _ -> new ArrayList<>()).add(entry);
      }
    }
    for (List<Entry> ofOne : versions.values()) {
      ofOne.sort(Comparator.comparingInt(Catalog::number));
    }
    return new Listing(entries, versions, started);
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /// The number of a version.
  static int number(Entry version) {
    return ((Definition.TableVersion) version.definition).version();
  }

  /// Whether a version has its rows: a crash may have left it without.
  boolean isWhole(Entry entry) {
    if (whole.contains(entry.dataset.id())) {
      return true;
    }
    boolean isWhole =
        entry.definition instanceof Definition.TableVersion version
            && (version.rows() == 0 || rows(entry) > 0);
    if (isWhole) {
      whole.add(entry.dataset.id());
    }
    return isWhole;
  }

  /// The next look is a new one.
  void forget() {
    changes.incrementAndGet();
    last = null;
  }

  private @Nullable Entry entry(Dataset dataset) {
    Optional<Definition> definition = known.get(dataset.id());
    if (definition == null) {
      try {
        definition = Optional.ofNullable(Definition.of(dataset.state()));
        known.put(dataset.id(), definition);
      } catch (CatchwaterException e) {
        return null; // one that is broken does not hide the others
      }
    }
    Definition named = definition.isEmpty() ? null : definition.get().in(dataset.name());
    return named == null ? null : new Entry(dataset, named);
  }

  /// The dataset of a name, if it is one of ours; null where there is none or another one. Asks no
  /// disk where the dataset is open.
  @Nullable Entry find(DatasetName name) {
    Entry before = byName.get(name);
    DatasetName written = before == null ? name : before.dataset.name();
    try {
      Dataset dataset = live.require(written.toString());
      if (before != null && before.dataset.id().equals(dataset.id())) {
        return before;
      }
      Entry entry = entry(dataset);
      if (entry != null) {
        byName.put(name, entry);
      }
      return entry;
    } catch (CatchwaterException e) {
      byName.remove(name);
      if (e.code() != ErrorCode.DATASET_NOT_FOUND) {
        throw e;
      }
      return null;
    }
  }

  /// Whether there is a dataset of a name that is none of ours.
  boolean isTaken(DatasetName name) {
    return live.workspace().find(name).isPresent();
  }

  /// Makes a dataset.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS`, `BAD_NAME`, `BAD_MANIFEST`
  Entry create(DatasetName name, Definition definition) {
    return create(name, definition, null);
  }

  /// The same with a retention.
  ///
  /// @param retention null to keep rows for ever
  Entry create(DatasetName name, Definition definition, @Nullable Retention retention) {
    List<MetadataEvent> events = new ArrayList<>(definition.events());
    if (retention != null) {
      events.replaceAll(
          event -> event instanceof SetAttachments it ? Retention.in(it, retention) : event);
    }
    DatasetSnapshot snapshot = new DatasetSnapshot(name, null, DatasetKind.ROOT, events);
    Dataset made = live.workspace().create(List.of(snapshot), clock.instant(), random).getFirst();
    known.put(made.id(), Optional.of(definition));
    Entry entry = new Entry(live.workspace().require(name.toString()), definition);
    byName.put(name, entry);
    forget();
    return entry;
  }

  /// Changes how long the rows of a dataset are kept.
  void keep(Dataset dataset, @Nullable Retention retention) {
    List<HashedBlock> _ =
        live.dataset(dataset)
            .exclusively(
                writer -> {
                  SetAttachments now = Retention.in(writer.state().attachments(), retention);
                  HashedBlock _ = writer.add(writer.systemTime(clock.instant()), now);
                  return writer.commit();
                },
                LockWait.standard());
  }

  /// Deletes a dataset that nobody was told of.
  void delete(Entry entry) {
    live.stepAside(entry.dataset.id());
    live.workspace().delete(List.of(entry.dataset), LockWait.standard());
    byName.remove(entry.dataset.name());
    forget();
  }

  /// How many rows were ever stored in it.
  long rows(Entry entry) {
    return live.dataset(entry.dataset).hotRows().nextOffset();
  }
}
