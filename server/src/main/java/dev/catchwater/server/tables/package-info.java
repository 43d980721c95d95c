/// Streams and tables over HTTP.
///
/// Fed by the routes of the server; feeds `tables` with bodies, and clients with rows.
@NullMarked
package dev.catchwater.server.tables;

import org.jspecify.annotations.NullMarked;
