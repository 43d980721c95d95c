package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one caller may do, taken when his request begins. It goes by names alone and asks no disk,
/// so that a dataset that he may not know and one that is not there are the same to him, also in
/// time. Immutable, thread-safe.
public final class Access {
  private static final Access OPEN = new Access(null, List.of(), Set.of(), true, () -> {});

  private final @Nullable String tokenId;
  private final List<Grant> grants;
  private final Set<DatasetName> publicNames;
  private final boolean isOpen;
  private final Runnable stillValid;

  private Access(
      @Nullable String tokenId,
      List<Grant> grants,
      Set<DatasetName> publicNames,
      boolean isOpen,
      Runnable stillValid) {
    this.tokenId = tokenId;
    this.grants = List.copyOf(grants);
    this.publicNames = Set.copyOf(publicNames);
    this.isOpen = isOpen;
    this.stillValid = stillValid;
  }

  /// May do everything: a caller without a token where none is needed.
  public static Access open() {
    return OPEN;
  }

  /// A caller without a token where one is needed: what is public he may read.
  static Access anonymous(Set<DatasetName> publicNames) {
    return new Access(null, List.of(), publicNames, false, () -> {});
  }

  /// The owner of a token.
  ///
  /// @param stillValid throws where the token is not valid any more
  static Access of(
      String tokenId, List<Grant> grants, Set<DatasetName> publicNames, Runnable stillValid) {
    return new Access(tokenId, grants, publicNames, false, stillValid);
  }

  /// Whether he may do everything.
  public boolean isOpen() {
    return isOpen;
  }

  /// Whether the caller may know that the dataset exists.
  public boolean isKnown(DatasetName dataset) {
    if (isOpen || publicNames.contains(dataset)) {
      return true;
    }
    for (Grant grant : grants) {
      if (grant.isOn(dataset)) {
        return true;
      }
    }
    return false;
  }

  /// Whether he has a scope on the dataset; of [Scope#APPEND], on one of its sources at least.
  public boolean has(Scope scope, DatasetName dataset) {
    return has(scope, dataset, null);
  }

  private boolean has(Scope scope, DatasetName dataset, @Nullable String source) {
    if (isOpen || (scope == Scope.READ && publicNames.contains(dataset))) {
      return true;
    }
    for (Grant grant : grants) {
      if (grant.scope() == scope
          && grant.isOn(dataset)
          && (source == null || grant.source() == null || grant.source().equals(source))) {
        return true;
      }
    }
    return false;
  }

  /// Returns where the caller has the scope.
  ///
  /// @param source that rows go to, null where any will do
  /// @throws CatchwaterException `UNAUTHORIZED` for a caller without a token; `DATASET_NOT_FOUND`,
  ///   as for a dataset that is not there, where he may not know it; else `FORBIDDEN`
  public void require(Scope scope, DatasetName dataset, @Nullable String source) {
    if (has(scope, dataset, source)) {
      return;
    }
    requireToken();
    if (!isKnown(dataset)) {
      throw CatchwaterException.of(ErrorCode.DATASET_NOT_FOUND, "Dataset not found: " + dataset);
    }
    String where = dataset + (source == null ? "" : "/" + source);
    throw CatchwaterException.of(
        ErrorCode.FORBIDDEN, "The token lacks the scope " + scope.slug() + ":" + where);
  }

  /// Returns where the caller has the scope on a dataset, whichever: for what is about none yet.
  ///
  /// @throws CatchwaterException `UNAUTHORIZED` for a caller without a token, else `FORBIDDEN`
  public void requireAnywhere(Scope scope) {
    boolean has = isOpen;
    for (Grant grant : grants) {
      has |= grant.scope() == scope;
    }
    if (!has) {
      requireToken();
      throw CatchwaterException.of(
          ErrorCode.FORBIDDEN, "The token lacks the scope " + scope.slug());
    }
  }

  /// Returns where the caller has a token or needs none.
  ///
  /// @throws CatchwaterException `UNAUTHORIZED`
  public void requireToken() {
    if (!isOpen && tokenId == null) {
      throw Tokens.unauthorized();
    }
  }

  /// Throws where the token was revoked or expired since. To be asked before what a long body
  /// brought is committed, and each second where a connection stays.
  ///
  /// @throws CatchwaterException `UNAUTHORIZED`
  public void requireStillValid() {
    stillValid.run();
  }

  /// The public part of the token, null without one. Not a secret.
  public @Nullable String tokenId() {
    return tokenId;
  }
}
