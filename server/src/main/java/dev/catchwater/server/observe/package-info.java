/// What an operator sees: the log and the figures.
///
/// Fed by the front door and the live datasets; feeds standard error and a scraper.
@NullMarked
package dev.catchwater.server.observe;

import org.jspecify.annotations.NullMarked;
