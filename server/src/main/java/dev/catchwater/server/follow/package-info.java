/// Rows as they become durable, for any number of clients: each batch is read and written as text
/// once for all who follow a dataset; who is behind reads from storage.
///
/// Fed by [dev.catchwater.ingest.live.Arrivals] and [dev.catchwater.query.Tail]. Feeds the routes
/// of `events`, by server-sent events and by WebSocket.
@NullMarked
package dev.catchwater.server.follow;

import org.jspecify.annotations.NullMarked;
