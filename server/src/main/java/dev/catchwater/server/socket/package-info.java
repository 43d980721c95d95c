/// WebSockets (RFC 6455): pushes whose answers come while others are on their way, and rows as they
/// become durable. What a message of the one and of the other says is in `docs/reference/http.md`.
///
/// Fed by the routes of `server.api`, which the [dev.catchwater.server.http.FrontDoor] has checked.
/// Feeds [dev.catchwater.ingest.live.LiveDataset].
@NullMarked
package dev.catchwater.server.socket;

import org.jspecify.annotations.NullMarked;
