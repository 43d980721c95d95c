package dev.catchwater.ingest;

import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.SourceSchema;
import org.jspecify.annotations.Nullable;

/// What every push into a source works out anew though it only changes with the chain: the columns
/// that the source declares, and their way into those of the dataset. Immutable.
///
/// @param source whose rows are read
/// @param dataset the columns of the dataset
/// @param declared by the source, null where columns are inferred
/// @param read the columns that a reader had, null before the first
/// @param preparer of such columns
record PushPlan(
    AddPushSource source,
    DataSchema dataset,
    Vocabulary vocabulary,
    @Nullable DataSchema declared,
    @Nullable DataSchema read,
    @Nullable RowPreparer preparer) {

  static PushPlan of(ChainState state, AddPushSource source, DataSchema dataset) {
    return new PushPlan(
        source, dataset, state.vocabulary(), SourceSchema.of(source.read()), null, null);
  }

  /// Whether nothing has changed that the plan was made from.
  boolean fits(ChainState state, AddPushSource other, DataSchema columns) {
    return source.equals(other) && dataset.equals(columns) && vocabulary.equals(state.vocabulary());
  }

  /// The preparer of these columns, null where the plan has none.
  @Nullable RowPreparer preparerOf(DataSchema columns) {
    return columns.equals(read) ? preparer : null;
  }

  PushPlan with(DataSchema columns, RowPreparer made) {
    return new PushPlan(source, dataset, vocabulary, declared, columns, made);
  }
}
