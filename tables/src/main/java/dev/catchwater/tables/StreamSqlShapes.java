package dev.catchwater.tables;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.query.shape.Shape;
import dev.catchwater.query.shape.Shapes;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Streams and tables for statements: events with their fields, the newest version of a table by
/// the table's name, dynamic tables as they stand. Knows nothing but chains; thread-safe.
public final class StreamSqlShapes implements Shapes {
  @Override
  public Optional<Named> find(Workspace workspace, String name, Predicate<DatasetName> right) {
    GivenName given = GivenName.find(name);
    if (given == null || !right.test(given.dataset())) {
      return Optional.empty();
    }
    Dataset found = workspace.find(given.dataset()).orElse(null);
    if (found == null || !isOf(given, found)) {
      found = newest(workspace, given);
    }
    return Optional.ofNullable(found).map(dataset -> new Named(dataset, given.dataset()));
  }

  private static boolean isOf(GivenName name, Dataset dataset) {
    Definition definition = definition(dataset);
    return definition != null && name.isSame(definition.name());
  }

  private static @Nullable Definition definition(Dataset dataset) {
    Definition definition = Definition.of(dataset.state());
    return definition == null ? null : definition.in(dataset.name());
  }

  private static @Nullable Dataset newest(Workspace workspace, GivenName name) {
    Dataset newest = null;
    int number = 0;
    for (Dataset dataset : workspace.list()) {
      int version = GivenName.versionOf(dataset.name());
      if (version > number
          && dataset.name().equals(name.version(version))
          && isWhole(name, dataset)) {
        newest = dataset;
        number = version;
      }
    }
    return newest;
  }

  private static boolean isWhole(GivenName name, Dataset dataset) {
    try {
      return definition(dataset) instanceof Definition.TableVersion version
          && name.isSame(version.name())
          && (version.rows() == 0 || dataset.state().lastOffset() != null);
    } catch (CatchwaterException e) {
      return false; // one that is broken does not hide the others
    }
  }

  @Override
  public Shape of(Dataset dataset, ChainState state) {
    return switch (Definition.of(state)) {
      case null -> Shape.STORED;
      case Definition.Stream stream ->
          stream.schema() == null ? new Shape(Shape.Kind.EVENTS, List.of()) : Shape.STORED;
      case Definition.DynamicTable table -> new Shape(Shape.Kind.NEWEST, table.primaryKey());
      case Definition.TableVersion version -> new Shape(Shape.Kind.ROWS, version.primaryKey());
    };
  }
}
