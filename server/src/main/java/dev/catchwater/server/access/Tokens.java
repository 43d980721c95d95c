package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The tokens of a workspace as a running server asks them. What another process changes in the
/// file counts within a quarter of a second. Thread-safe.
public final class Tokens {
  private static final long LOOK_NANOS = 250_000_000L;
  private static final String NO_HASH = "00".repeat(32);

  private final TokenFile file;
  private final AccessSettings settings;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Attempts attempts = new Attempts();
  // Tokens that were right once: theirs are no guesses, also where others of that address guess.
  private final Set<String> proven = ConcurrentHashMap.newKeySet();
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Looked looked;

  /// What the file said.
  private record Looked(long at, byte[] bytes, Map<String, Entry> byId) {}

  private record Entry(Token token, Access access) {}

  /// @param nanos a clock that never jumps
  /// @throws CatchwaterException `CORRUPT`, `STORAGE_FAILED`
  public Tokens(TokenFile file, AccessSettings settings, InstantSource clock, LongSupplier nanos) {
    this.file = file;
    this.settings = settings;
    this.clock = clock;
    this.nanos = nanos;
    this.looked = look(file.bytes());
  }

  private Looked look(byte[] bytes) {
    Map<String, Entry> byId = new HashMap<>();
    List<Token> tokens = file.parse(bytes);
    for (Token token : tokens) {
      String id = token.id();
      Access access = Access.of(id, token.grants(), settings.publicNames(), () -> requireValid(id));
      byId.put(id, new Entry(token, access));
    }
    return new Looked(nanos.getAsLong(), bytes, byId);
  }

  /// Whether a caller needs a token.
  public boolean isRequired() {
    return settings.isRequired();
  }

  /// Whether there is a token that is valid now.
  public boolean hasAny() {
    for (Entry entry : current().byId.values()) {
      if (entry.token.isValidAt(clock.instant())) {
        return true;
      }
    }
    return false;
  }

  /// What a caller may do whose address is not known: a token that is bound to a network is not
  /// valid for him.
  ///
  /// @param bearer as he gave it, null where he gave none
  /// @throws CatchwaterException as [#access(String, String)]
  public Access access(@Nullable String bearer) {
    return access(bearer, "");
  }

  /// What a caller may do.
  ///
  /// @param bearer the token as he gave it, null where he gave none
  /// @param address that he calls from, as a literal
  /// @throws CatchwaterException `UNAUTHORIZED` for one that is not valid, for whatever reason;
  ///   `TOO_MANY_ATTEMPTS` where many were not
  public Access access(@Nullable String bearer, String address) {
    if (bearer == null && !settings.isRequired()) {
      return Access.open();
    }
    TokenText text = bearer == null ? null : TokenText.find(bearer);
    Access access = find(current(), text, address);
    if (bearer == null) {
      return Access.anonymous(settings.publicNames());
    }
    String id = text == null ? "" : text.id();
    if (access != null && proven.contains(id)) {
      return access;
    }
    long now = clock.millis();
    attempts.require(address, id, now);
    if (access == null) {
      // It may have been made just now. That is looked at whatever is wrong with it, so that the
      // time does not tell which ids there are.
      access = find(grown(), text, address);
    }
    if (access == null) {
      attempts.failed(address, id, now);
      throw unauthorized();
    }
    proven.add(id);
    return access;
  }

  // As much work for one that is not there, or for none at all, as for one that is.
  private @Nullable Access find(Looked in, @Nullable TokenText text, String address) {
    Entry entry = in.byId.get(text == null ? "" : text.id());
    boolean isIt = Token.isSame(text, entry == null ? NO_HASH : entry.token.hash());
    return entry != null && isIt && isGood(entry.token, address) ? entry.access : null;
  }

  private boolean isGood(Token token, String address) {
    Network network = token.network();
    return token.isValidAt(clock.instant()) && (network == null || network.contains(address));
  }

  private void requireValid(String id) {
    Entry entry = current().byId.get(id);
    if (entry == null || !entry.token.isValidAt(clock.instant())) {
      throw unauthorized();
    }
  }

  /// Says nothing of why: no token, one that is none, one that ended.
  static CatchwaterException unauthorized() {
    return CatchwaterException.of(
        ErrorCode.UNAUTHORIZED, "This needs a valid token: Authorization: Bearer cw_...");
  }

  private Looked current() {
    return looked(LOOK_NANOS);
  }

  // Whoever makes a token makes the file longer. To read all of it for each guess would take long.
  private Looked grown() {
    Looked known = current();
    return file.size() == known.bytes.length ? known : looked(0);
  }

  private Looked looked(long ageMax) {
    Looked known = looked;
    if (nanos.getAsLong() - known.at < ageMax || !looking.tryLock()) {
      return known;
    }
    try {
      byte[] bytes = file.bytes();
      known =
          Arrays.equals(bytes, known.bytes)
              ? new Looked(nanos.getAsLong(), known.bytes, known.byId)
              : look(bytes);
      looked = known;
      return known;
    } finally {
      looking.unlock();
    }
  }
}
