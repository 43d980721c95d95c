/// Flight SQL: statements and catalogs for BI tools, JDBC and ADBC, on a port of its own. The only
/// package that knows Arrow's libraries and gRPC; it is loaded by `serve` with that port only.
///
/// *Fed by* the server, whose desk runs its statements and whose tokens it asks. *Feeds* whoever
/// speaks Flight SQL. Begin at [dev.catchwater.flight.FlightDoor].
@NullMarked
package dev.catchwater.flight;

import org.jspecify.annotations.NullMarked;
