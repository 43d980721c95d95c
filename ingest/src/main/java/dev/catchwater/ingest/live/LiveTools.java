package dev.catchwater.ingest.live;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Ballast;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushSteps;
import dev.catchwater.ingest.live.memory.HotBudget;
import dev.catchwater.ingest.live.memory.ReadBudget;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.storage.key.ReceiptKeys;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What the datasets of one live workspace share.
///
/// @param ingest pushes into slices directly
/// @param steps runs the SQL steps of pushes through the journal
/// @param nanos a clock that never jumps
/// @param ballast what a seal may give up on a full disk
/// @param keys what receipts are signed with
/// @param hot how much may be in no slice
/// @param troubles hears what fails in the background
/// @param reading how much may be on its way into the journal
record LiveTools(
    LiveSettings settings,
    PushIngest ingest,
    PushSteps steps,
    PushLimits limits,
    SliceOptions options,
    InstantSource clock,
    LongSupplier nanos,
    RandomGenerator random,
    Ballast ballast,
    ReceiptKeys keys,
    HotBudget hot,
    Troubles troubles,
    ReadBudget reading) {}
