/// Secrets that are named, not written down.
///
/// Fed by configuration and command lines; feeds whoever signs, checks signatures or speaks TLS.
@NullMarked
package dev.catchwater.storage.secret;

import org.jspecify.annotations.NullMarked;
