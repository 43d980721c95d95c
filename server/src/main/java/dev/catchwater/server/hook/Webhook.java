package dev.catchwater.server.hook;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.secret.SecretRef;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An address of a dataset that a service sends its events to. Immutable.
///
/// @param name the last word of the address
/// @param secrets where the secrets are; several while one takes the place of another
/// @param source the push source that takes the rows, null for the only one
/// @param setsAside whether bad rows of an event are set aside and the others taken; else one bad
///   row refuses the event
/// @param tolerance how far the time of a request may be off
public record Webhook(
    String name,
    HookScheme scheme,
    List<SecretRef> secrets,
    @Nullable String source,
    boolean setsAside,
    Duration tolerance) {
  /// The word for what one bad row does, where it refuses the event.
  public static final String REJECT = "reject";

  /// The word where it is set aside.
  public static final String QUARANTINE = "quarantine";

  /// How far off the time may be where nothing else is said: what all senders recommend.
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final Duration TOLERANCE_MAX = Duration.ofHours(1);
  private static final int NAME_LENGTH_MAX = 64;
  private static final int SECRETS_MAX = 5;

  /// @throws CatchwaterException `BAD_NAME` or `BAD_ARGUMENT`
  public Webhook {
    secrets = List.copyOf(secrets);
    if (!isName(name)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME, "The name of a webhook has letters, digits, '-', '_' and '.'")
          .withHint("64 of them at most, a letter or digit in front");
    }
    if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "A webhook has one secret, or up to 5 while they change");
    }
    if (tolerance.toSeconds() < 1 || tolerance.compareTo(TOLERANCE_MAX) > 0) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "The tolerance of a webhook is from 1s to 1h");
    }
  }

  /// The word for what a bad row of an event does.
  public String onError() {
    return setsAside ? QUARANTINE : REJECT;
  }

  /// Whether a webhook may have this name.
  public static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isWord = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isWord && (i == 0 || "-_.".indexOf(c) < 0)) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= NAME_LENGTH_MAX;
  }
}
