/// Who may do what: tokens with their scopes, and what one caller may do. Knows no HTTP, so that
/// every door asks the same: the routes of the server, and doors that speak other protocols.
///
/// Fed by `keys/tokens` of the workspace, which `catchwater token` writes; feeds the front door and
/// the routes.
@NullMarked
package dev.catchwater.server.access;

import org.jspecify.annotations.NullMarked;
