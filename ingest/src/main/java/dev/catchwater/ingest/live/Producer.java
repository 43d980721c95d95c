package dev.catchwater.ingest.live;

/// Where a push stands in the sequence of one producer (reliability §2.6). Within an epoch each
/// sequence number is applied once, in order; a newer epoch shuts the older ones out.
///
/// @param id who pushes; scoped to the dataset and the source
/// @param epoch which life of the producer, not negative
/// @param sequence the number of the push, not negative
public record Producer(String id, long epoch, long sequence) {
  public Producer {
    if (id.isEmpty() || epoch < 0 || sequence < 0) {
      throw new IllegalArgumentException("producer '" + id + "' " + epoch + "/" + sequence);
    }
  }
}
