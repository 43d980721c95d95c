/// Derivative datasets: what a chain's `SetTransform` says is run over what was added to its inputs
/// since the last run, and what comes out is committed with the blocks that it comes from.
///
/// *Fed by* the sealed slices of inputs, through the engine of [dev.catchwater.query.sql]. *Feeds*
/// the chains of derivatives, through the one writer of a dataset. Begin with
/// [dev.catchwater.query.transform.Transforms].
@NullMarked
package dev.catchwater.query.transform;

import org.jspecify.annotations.NullMarked;
