package dev.catchwater.odf.chain;

import static dev.catchwater.odf.chain.ChainRules.invalid;

import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInputRange;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rules of one run of a derivative's transform. Catchwater does not run transforms; it checks
/// the chains of derivatives that it pulls.
final class TransformRules {
  private TransformRules() {}

  static void check(ChainDraft chain, ExecuteTransform event) {
    inputs(chain.transform, event);
    if (chain.lastExecution != null) {
      List<TransformInputRange> previous = chain.lastExecution.queryInputs();
      int count = Math.min(previous.size(), event.queryInputs().size());
      for (int i = 0; i < count; i++) {
        sequence(previous.get(i), event.queryInputs().get(i));
      }
    }
    ChainRules.watermark(chain, event.newWatermark());
    ChainRules.offsets(chain, event.prevOffset(), event.newData());
    ChainRules.checkpoint(chain, event.prevCheckpoint());
    Multihash newCheckpoint =
        event.newCheckpoint() == null ? null : event.newCheckpoint().physicalHash();
    if (event.newData() == null
        && Objects.equals(newCheckpoint, event.prevCheckpoint())
        && Objects.equals(event.newWatermark(), chain.watermark)
        && !advancesInputs(event)) {
      throw ChainRules.noOp(
          "Event neither has data nor it advances inputs, checkpoint, or watermark");
    }
  }

  private static boolean advancesInputs(ExecuteTransform event) {
    for (TransformInputRange input : event.queryInputs()) {
      if (input.newBlockHash() != null) {
        return true;
      }
    }
    return false;
  }

  private static void inputs(@Nullable SetTransform transform, ExecuteTransform event) {
    if (transform == null) {
      throw invalid("ExecuteTransform must be preceded by SetTransform event");
    }
    boolean same = transform.inputs().size() == event.queryInputs().size();
    for (int i = 0; same && i < transform.inputs().size(); i++) {
      DatasetId declared = DatasetId.parse(transform.inputs().get(i).datasetRef());
      same = declared.equals(event.queryInputs().get(i).datasetId());
    }
    if (!same) {
      throw invalid(
          "Inputs must be listed in same order as initially declared in SetTransform event");
    }
  }

  private static void sequence(TransformInputRange previous, TransformInputRange next) {
    if (next.newBlockHash() != null && next.newBlockHash().equals(next.prevBlockHash())) {
      throw invalid("Invalid input block interval");
    }
    if (next.newOffset() != null && next.newOffset().equals(next.prevOffset())) {
      throw invalid("Invalid input offset interval");
    }
    Multihash lastBlock =
        previous.newBlockHash() == null ? previous.prevBlockHash() : previous.newBlockHash();
    if (!Objects.equals(next.prevBlockHash(), lastBlock)) {
      throw invalid(
          "Input prevBlockHash does not correspond to the last block included in the previous"
              + " query");
    }
    Long lastOffset = previous.newOffset() == null ? previous.prevOffset() : previous.newOffset();
    if (!Objects.equals(next.prevOffset(), lastOffset)) {
      throw invalid(
          "Input prevOffset does not correspond to the last offset included in the previous"
              + " query");
    }
    if (next.newOffset() != null && next.newBlockHash() == null) {
      throw invalid("Input specifies a non-empty offset interval, but its block interval is empty");
    }
  }
}
