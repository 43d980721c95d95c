package dev.catchwater.storage;

/// Checks everything a dataset says against its bytes.
@SuppressWarnings("DoNotCallSuggester")
public final class Verifier {

  /// A verifier that uses so many threads for slices.
  public Verifier(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads);
    }
  }

  /// Checks a dataset. Damage is a problem in the report, not an exception.
  public VerifyReport verify(Dataset dataset, TransferListener listener) {
    throw new UnsupportedOperationException("soon");
  }
}
