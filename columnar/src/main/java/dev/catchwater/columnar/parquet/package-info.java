/// What a Parquet file says about itself: schema, footer, page headers and indexes, in Thrift's
/// compact protocol.
///
/// Fed by nothing; feeds [dev.catchwater.columnar.encode], [dev.catchwater.columnar.decode] and
/// [dev.catchwater.columnar.slice]. Begin at [ParquetSchema] and [FileFooter]. The rules are those
/// of parquet-format 2.11; what of it we cover stands in `docs/reference/parquet-coverage.md`.
@NullMarked
package dev.catchwater.columnar.parquet;

import org.jspecify.annotations.NullMarked;
