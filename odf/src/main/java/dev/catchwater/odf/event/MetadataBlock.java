package dev.catchwater.odf.event;

import dev.catchwater.odf.identity.Multihash;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One link of a metadata chain.
///
/// @param systemTime when the block was made, nanoseconds, never before its predecessor's
/// @param prevBlockHash null only in the first block
/// @param sequenceNumber 0 for the first block
public record MetadataBlock(
    Instant systemTime,
    @Nullable Multihash prevBlockHash,
    long sequenceNumber,
    MetadataEvent event) {}
