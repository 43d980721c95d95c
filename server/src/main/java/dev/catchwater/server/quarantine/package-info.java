/// Addresses of the rows that pushes set aside.
///
/// Begin at [dev.catchwater.server.quarantine.QuarantineRoutes].
///
/// *Fed by* [dev.catchwater.query.quarantine]. *Feeds* the table of routes
/// ([dev.catchwater.server.api]).
@NullMarked
package dev.catchwater.server.quarantine;

import org.jspecify.annotations.NullMarked;
