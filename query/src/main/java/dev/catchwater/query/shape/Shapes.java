package dev.catchwater.query.shape;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.Optional;
import java.util.function.Predicate;

/// Says what the datasets of a workspace are to statements. Thread-safe.
public interface Shapes {
  /// A dataset that goes by another name.
  ///
  /// @param right the name that rights go by
  record Named(Dataset dataset, DatasetName right) {}

  /// Every dataset as it is stored.
  Shapes NONE =
      new Shapes() {
        @Override
        public Optional<Named> find(
            Workspace workspace, String name, Predicate<DatasetName> right) {
          return Optional.empty();
        }

        @Override
        public Shape of(Dataset dataset, ChainState state) {
          return Shape.STORED;
        }
      };

  /// What a name means that is no dataset's.
  ///
  /// @param right says of the name that rights go by whether the caller may know it
  Optional<Named> find(Workspace workspace, String name, Predicate<DatasetName> right);

  /// What a dataset is.
  ///
  /// @param state of the dataset, at the head that the statement sees
  Shape of(Dataset dataset, ChainState state);
}
