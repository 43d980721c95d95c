package dev.catchwater.storage;

import dev.catchwater.odf.event.MetadataEvent;
import java.time.Instant;

/// An event to be committed and the system time of its block, see [DatasetWriter#systemTime].
public record NewEvent(Instant systemTime, MetadataEvent event) {}
