/// SQL over datasets: what a statement may say, what it sees, what comes out. The only package,
/// with `query.cage`, that knows DuckDB.
///
/// *Fed by* the slices of datasets and the text of statements. *Feeds* the command line with rows.
/// Begin with [dev.catchwater.query.sql.SqlQuery].
@NullMarked
package dev.catchwater.query.sql;

import org.jspecify.annotations.NullMarked;
