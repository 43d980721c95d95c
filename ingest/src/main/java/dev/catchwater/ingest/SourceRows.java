package dev.catchwater.ingest;

import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.ingest.read.ReadOptions;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.SourceSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens the reader of a push: what its source says about the bytes, and what the dataset does.
final class SourceRows {
  private SourceRows() {}

  /// Opens the bytes of an input as rows of a source.
  static RowReader open(ChainState state, AddPushSource source, PushRequest request, int index) {
    return open(state, source, request, index, null);
  }

  /// The same with bad rows handed to a sieve; null where they end the reading.
  static RowReader open(
      ChainState state,
      AddPushSource source,
      PushRequest request,
      int index,
      @Nullable Sieve sieve) {
    return open(state, source, SourceSchema.of(source.read()), request, index, sieve);
  }

  /// The same, the declared columns of the source being known.
  static RowReader open(
      ChainState state,
      AddPushSource source,
      @Nullable DataSchema declared,
      PushRequest request,
      int index,
      @Nullable Sieve sieve) {
    if (sieve != null) {
      sieve.begin(index);
    }
    Vocabulary vocabulary = state.vocabulary();
    List<String> reserved = new ArrayList<>(3);
    // What the read step makes is not stored where SQL comes after it: any column may be there.
    boolean isStored = source.preprocess() == null;
    if (isStored) {
      reserved.add(vocabulary.offset());
      if (!RowPreparer.carriesOperations(source.merge())) {
        reserved.add(vocabulary.operationType());
      }
      reserved.add(vocabulary.systemTime());
    }
    long cutRows = request.isDryRun() ? 0 : request.batchRows();
    ReadOptions read =
        new ReadOptions(
            isStored ? vocabulary.eventTime() : "",
            reserved,
            request.isStrict(),
            cutRows,
            isStored ? state.schema() : null,
            sieve);
    return RowReaders.open(
        source.read(), declared, request.inputFormat(), request.inputs().get(index), read);
  }
}
