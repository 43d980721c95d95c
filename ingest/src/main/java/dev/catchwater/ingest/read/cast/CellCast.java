package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.odf.schema.DataType;

/// Goes through the cell of the declared column, value by value.
final class CellCast implements ColumnCast {
  private final DataType from;
  private final Cell cell;
  private final ValueText text = new ValueText();
  private final JsonScanner scanner = new JsonScanner(false);

  CellCast(DataType from, Cell cell) {
    this.from = from;
    this.cell = cell;
  }

  @Override
  public Column apply(Column column, Faults faults) {
    for (int row = 0; row < column.rowCount(); row++) {
      if (column.isNull(row)) {
        cell.builder.appendNull();
        continue;
      }
      try {
        text.write(from, column, row);
        scanner.depth = 0;
        cell.json(scanner, text.bytes, 0);
      } catch (BadValue bad) {
        cell.undoTo(row);
        cell.builder.appendNull();
        faults.add(row, bad);
      }
    }
    return cell.builder.build();
  }
}
