/// The server: pushes, reads and copies by HTTP. Begin at [dev.catchwater.server.CatchwaterServer];
/// the table of what it answers is in package `api`.
///
/// Fed by the live datasets of a workspace; feeds whoever speaks HTTP, and the command line, which
/// starts and stops it.
@NullMarked
package dev.catchwater.server;

import org.jspecify.annotations.NullMarked;
