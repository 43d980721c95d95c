package dev.catchwater.ingest;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which push source a push goes to. The messages are kamu's (kamu-behaviour §6).
final class SourceChoice {
  private SourceChoice() {}

  static AddPushSource of(ChainState state, @Nullable String name) {
    if (state.seed().datasetKind() != DatasetKind.ROOT) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "Ingesting data available for root datasets only");
    }
    if (state.pollingSource() != null) {
      throw CatchwaterException.of(
          ErrorCode.SOURCE_NOT_FOUND, "Expected a named push source, but found polling source");
    }
    AddPushSource source = name == null ? onlyOne(state) : named(state, name);
    if (source.sourceName().equals(PushIngest.IMMUTABLE_SOURCE) && state.lastOffset() != null) {
      throw CatchwaterException.of(
              ErrorCode.TABLE_IMMUTABLE, "A version of a table does not change any more")
          .withHint("make the next version of it");
    }
    return source;
  }

  private static AddPushSource named(ChainState state, String name) {
    AddPushSource source = state.pushSources().get(name);
    if (source != null) {
      return source;
    }
    if (state.disabledPushSources().containsKey(name)) {
      throw CatchwaterException.of(ErrorCode.SOURCE_NOT_FOUND, "Source '" + name + "' is disabled")
          .withHint("it can be added again with another AddPushSource event");
    }
    throw unknown(state, "Source '" + name + "' not found");
  }

  private static AddPushSource onlyOne(ChainState state) {
    Map<String, AddPushSource> active = state.pushSources();
    if (active.size() == 1) {
      return active.values().iterator().next();
    }
    if (active.isEmpty() && !state.disabledPushSources().isEmpty()) {
      throw CatchwaterException.of(
          ErrorCode.SOURCE_AMBIGUOUS,
          "Dataset has no active push source, disabled: " + names(state.disabledPushSources()));
    }
    throw active.isEmpty()
        ? CatchwaterException.of(
            ErrorCode.SOURCE_AMBIGUOUS,
            "Dataset does not define a default push source, consider specifying the source name")
        : unknown(
            state, "Explicit source name is required to pick between several active push sources");
  }

  private static CatchwaterException unknown(ChainState state, String message) {
    CatchwaterException failure =
        CatchwaterException.of(
            message.startsWith("Source") ? ErrorCode.SOURCE_NOT_FOUND : ErrorCode.SOURCE_AMBIGUOUS,
            message);
    return state.pushSources().isEmpty()
        ? failure
        : failure.withHint("sources: " + names(state.pushSources()));
  }

  private static String names(Map<String, AddPushSource> sources) {
    StringBuilder names = new StringBuilder();
    for (String name : sources.keySet()) {
      names.append(names.isEmpty() ? "" : ", ").append(name);
    }
    return names.toString();
  }
}
