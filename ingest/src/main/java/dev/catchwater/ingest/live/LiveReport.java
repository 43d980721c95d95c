package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushReport;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Receipt;
import org.jspecify.annotations.Nullable;

/// What a push did that is durable now, with the facts of its receipt. Immutable.
///
/// @param report offsets and counts are final; its block is null as long as the rows are in no
///   slice
/// @param isReplayed whether the push had been applied before and this is its first report again;
///   elapsed is then the time it took to find that
/// @param sourceName the push source the rows went to
/// @param bodyHash SHA3-256 of the bytes as they were received
/// @param sequence the number of the push's record in the journal of its dataset, 0 where it went
///   into a slice directly or was a dry run
/// @param receipt signed; null of a dry run, of a push in batches, and of one that was applied so
///   long ago that no more is known of it
public record LiveReport(
    PushReport report,
    boolean isReplayed,
    String sourceName,
    Multihash bodyHash,
    long sequence,
    @Nullable Receipt receipt) {}
