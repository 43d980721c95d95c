/// Answers that are signed, and what is said of one that somebody brings back (design §6, `POST
/// /verify`). Knows no HTTP.
///
/// Fed by the routes of queries; feeds them.
@NullMarked
package dev.catchwater.server.proof;

import org.jspecify.annotations.NullMarked;
