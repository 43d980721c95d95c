/// HTTP as the routes see it: one request as a [dev.catchwater.server.http.Call], what is answered
/// as an [dev.catchwater.server.http.Answer], what is refused as a
/// [dev.catchwater.server.http.Refusal]. [dev.catchwater.server.http.FrontDoor] is where every
/// request comes in and every check is made; the only place that knows Jetty besides the server.
///
/// Fed by Jetty; feeds the routes of package `api`.
@NullMarked
package dev.catchwater.server.http;

import org.jspecify.annotations.NullMarked;
