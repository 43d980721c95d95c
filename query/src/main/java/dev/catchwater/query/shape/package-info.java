/// How statements see datasets whose rows are JSON in one column: the fields as columns, tables as
/// they stand now (design decision 11).
///
/// Fed by `tables`, which knows what a dataset is, and by the payloads themselves; feeds
/// `query.sql` with queries over what is stored.
@NullMarked
package dev.catchwater.query.shape;

import org.jspecify.annotations.NullMarked;
