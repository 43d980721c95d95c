package dev.catchwater.server.http;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.access.Scope;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Asks every request for what its route needs, before anything else of it is looked at
/// (reliability §6, TH1-TH5, TH9). Immutable, thread-safe.
public final class Gate {
  private static final String BEARER = "bearer ";
  private static final String OFFERED = "bearer.";

  private final Callers callers;
  private final Names names;

  /// Says what a caller may do, [dev.catchwater.server.access.Tokens#access(String, String)].
  @FunctionalInterface
  public interface Callers {
    /// What he may do; throws where his token is not valid.
    ///
    /// @param bearer as he gave it, null where he gave none
    /// @param address that he calls from
    Access of(@Nullable String bearer, String address);
  }

  /// Finds the name of a dataset that goes by its id.
  @FunctionalInterface
  public interface Names {
    /// The name, null where there is no such dataset.
    @Nullable DatasetName of(String nameOrDid);
  }

  /// A gate for these callers.
  public Gate(Callers callers, Names names) {
    this.callers = callers;
    this.names = names;
  }

  /// What the caller may do.
  ///
  /// @param segments the variables of the path
  /// @throws Refusal 400 for a token in the address
  /// @throws CatchwaterException `UNAUTHORIZED`, `TOO_MANY_ATTEMPTS`, `DATASET_NOT_FOUND`,
  ///   `FORBIDDEN`
  Access enter(Request request, Route route, Map<String, String> segments) {
    refuseInAddress(request);
    Access access = callers.of(bearer(request), Request.getRemoteAddr(request));
    if (access == Access.open() || route.right() == Right.OPEN) {
      return access;
    }
    Scope scope = route.right().scope();
    String variable = route.dataset();
    if (scope == null || variable == null) {
      access.requireToken();
    } else {
      String named = segments.getOrDefault(variable, "");
      require(access, scope, route.isOfStreamSql() ? named.replace('_', '-') : named);
    }
    return access;
  }

  private void require(Access access, Scope scope, String nameOrDid) {
    DatasetName name =
        DatasetName.isName(nameOrDid) ? DatasetName.parse(nameOrDid) : names.of(nameOrDid);
    if (name == null || !access.isKnown(name)) {
      access.requireToken();
      throw CatchwaterException.of(
          ErrorCode.DATASET_NOT_FOUND, "Dataset not found: " + QueryText.shown(nameOrDid));
    }
    access.require(scope, name, null);
  }

  // Null where there is none. Whatever else stands there is no token, and is refused as one.
  private static @Nullable String bearer(Request request) {
    String found = null;
    for (HttpField field : request.getHeaders()) {
      if (field.getName().equalsIgnoreCase("Authorization")) {
        if (found != null) {
          return "";
        }
        String value = field.getValue() == null ? "" : field.getValue();
        boolean isBearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        found = isBearer ? value.substring(BEARER.length()).strip() : "";
      }
    }
    return found == null ? ofSocket(request) : found;
  }

  // Pages of a browser cannot set a header of a WebSocket but the one that offers protocols.
  private static @Nullable String ofSocket(Request request) {
    if (request.getHeaders().get("Upgrade") == null) {
      return null;
    }
    String found = null;
    for (String name : request.getHeaders().getCSV("Sec-WebSocket-Protocol", false)) {
      if (name.startsWith(OFFERED)) {
        found = found == null ? name.substring(OFFERED.length()) : "";
      }
    }
    return found;
  }

  // An address gets into logs and histories of others: whoever sends a token there must hear of it.
  private static void refuseInAddress(Request request) {
    String address = request.getHttpURI().getPathQuery();
    if (address != null && Redaction.isTelling(address)) {
      throw Refusal.of(
          400,
          "token-in-url",
          "A token stands in the address, where logs and histories keep it: revoke it, and send"
              + " the new one in the header Authorization");
    }
  }
}
