package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.QuarantineName;

/// Which pushes may set rows aside. Stateless.
public final class QuarantineRule {
  private QuarantineRule() {}

  /// Refuses where a row that is set aside would do harm.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static void require(PushRequest request, AddPushSource source) {
    if (request.quarantine() != null) {
      require(request.dataset(), source);
    }
  }

  /// Refuses where pushes into a source can set no row aside.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static void require(Dataset dataset, AddPushSource source) {
    if (source.merge() instanceof MergeStrategy.Snapshot) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "A push into a source that merges by Snapshot sets no rows aside: what is missing in"
                  + " it would be retracted")
          .withHint("push it without quarantine");
    }
    if (QuarantineName.is(dataset.name())) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "A quarantine has no quarantine of its own");
    }
  }
}
