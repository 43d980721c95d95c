/// Bodies of requests: taken in within their limits, hashed as they came, unpacked, and only then
/// handed on. Begin at [dev.catchwater.server.body.BodyReceiver].
///
/// Fed by requests; feeds pushes and uploads.
@NullMarked
package dev.catchwater.server.body;

import org.jspecify.annotations.NullMarked;
