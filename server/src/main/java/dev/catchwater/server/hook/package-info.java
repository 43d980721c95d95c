/// Webhooks: requests of other services that prove by a signature who sent them. Knows the schemes
/// of signatures, where webhooks are kept, and how to say what is wrong with one.
///
/// Fed by the route of webhooks and the command `webhook`; feeds pushes.
@NullMarked
package dev.catchwater.server.hook;

import org.jspecify.annotations.NullMarked;
