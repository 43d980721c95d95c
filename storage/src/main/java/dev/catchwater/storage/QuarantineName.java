package dev.catchwater.storage;

import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The name of the dataset that keeps the refused rows of another one: `<name>.quarantine`. Nobody
/// else gives a dataset a name with that end. Stateless.
public final class QuarantineName {
  private static final String END = ".quarantine";

  private QuarantineName() {}

  /// The name of a dataset's quarantine.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `BAD_NAME` if it would be too long
  public static DatasetName of(DatasetName name) {
    return DatasetName.parse(text(name));
  }

  static String text(DatasetName of) {
    return of + END;
  }

  /// Whether a name is one of a quarantine.
  public static boolean is(DatasetName name) {
    return name.toString().toLowerCase(Locale.ROOT).endsWith(END);
  }

  /// The name of the dataset whose quarantine has a name; null where it is not one of a quarantine.
  public static @Nullable DatasetName owner(DatasetName name) {
    String text = name.toString();
    return is(name) ? DatasetName.parse(text.substring(0, text.length() - END.length())) : null;
  }

  /// Makes a quarantine, the only kind of dataset that may have such a name.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `ALREADY_EXISTS`
  public static void create(
      Workspace workspace, DatasetSnapshot snapshot, Instant systemTime, RandomGenerator random) {
    try (DiskLock _ = workspace.lockNames()) {
      new DatasetCreation(workspace, workspace.disk(), workspace.layout(), systemTime, random)
          .ofQuarantines()
          .run(List.of(snapshot));
    } catch (IOException e) {
      throw DiskFailure.of(workspace.layout().datasets(), e);
    }
  }

  /// The quarantine of the dataset with a name, null where it has none.
  static @Nullable Dataset find(Workspace workspace, DatasetName of) {
    String name = text(of);
    return DatasetName.isName(name) ? workspace.find(DatasetName.parse(name)).orElse(null) : null;
  }

  /// Datasets, and their quarantines behind them.
  static List<Dataset> with(Workspace workspace, List<Dataset> datasets) {
    List<Dataset> all = new ArrayList<>(datasets);
    for (Dataset dataset : datasets) {
      Dataset quarantine = find(workspace, dataset.name());
      if (quarantine != null && !Workspace.contains(all, quarantine)) {
        all.add(quarantine);
      }
    }
    return all;
  }
}
