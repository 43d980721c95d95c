/// HTTP as connectors need it: one request a connection, to an address that was looked at before it
/// is connected to. The JDK's client resolves names by itself and would connect to whatever it is
/// told the second time.
///
/// *Fed by* `connectors.files`. *Feeds* nothing: it is the door to other servers.
@NullMarked
package dev.catchwater.connectors.files.wire;

import org.jspecify.annotations.NullMarked;
