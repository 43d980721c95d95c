package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.event.MetadataEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the 13 events in the order of odf-format §3.5: children first, depth first, then the
/// table with its fields in slot order. That order makes the bytes the same as kamu's.
final class EventWriter {
  private EventWriter() {}

  static int write(FlatBufferBuilder to, MetadataEvent event) {
    return switch (event.code()) {
      case 1 -> addData(to, (MetadataEvent.AddData) event);
      case 2 -> executeTransform(to, (MetadataEvent.ExecuteTransform) event);
      case 3 -> seed(to, (MetadataEvent.Seed) event);
      case 4 -> SourceWriter.write(to, ((MetadataEvent.SetPollingSource) event).source());
      case 5 -> setTransform(to, (MetadataEvent.SetTransform) event);
      case 6 -> setVocab(to, (MetadataEvent.SetVocab) event);
      case 7 -> setAttachments(to, (MetadataEvent.SetAttachments) event);
      case 8 -> setInfo(to, (MetadataEvent.SetInfo) event);
      case 9 -> setLicense(to, (MetadataEvent.SetLicense) event);
      case 10 -> setDataSchema(to, (MetadataEvent.SetDataSchema) event);
      case 11 -> SourceWriter.write(to, (MetadataEvent.AddPushSource) event);
      case 12 -> {
        String sourceName = ((MetadataEvent.DisablePushSource) event).sourceName();
        yield SourceWriter.offsets(to, to.createString(sourceName));
      }
      case 13 -> SchemaWriter.empty(to);
      default -> throw new IllegalStateException("no event has the code " + event.code());
    };
  }

  private static int seed(FlatBufferBuilder to, MetadataEvent.Seed seed) {
    int id = to.createByteVector(seed.datasetId().toBytes());
    to.startTable(2);
    to.addOffset(0, id, 0);
    to.addInt(1, seed.datasetKind() == MetadataEvent.DatasetKind.ROOT ? 0 : 1, 0);
    return to.endTable();
  }

  private static int setVocab(FlatBufferBuilder to, MetadataEvent.SetVocab vocab) {
    int offset = FlatScalars.string(to, vocab.offsetColumn());
    int operationType = FlatScalars.string(to, vocab.operationTypeColumn());
    int systemTime = FlatScalars.string(to, vocab.systemTimeColumn());
    int eventTime = FlatScalars.string(to, vocab.eventTimeColumn());
    return SourceWriter.offsets(to, offset, operationType, systemTime, eventTime);
  }

  private static int setInfo(FlatBufferBuilder to, MetadataEvent.SetInfo info) {
    int description = FlatScalars.string(to, info.description());
    return SourceWriter.offsets(to, description, FlatScalars.strings(to, info.keywords()));
  }

  private static int setLicense(FlatBufferBuilder to, MetadataEvent.SetLicense license) {
    int shortName = to.createString(license.shortName());
    int name = to.createString(license.name());
    int spdxId = FlatScalars.string(to, license.spdxId());
    int websiteUrl = to.createString(license.websiteUrl());
    return SourceWriter.offsets(to, shortName, name, spdxId, websiteUrl);
  }

  private static int setDataSchema(FlatBufferBuilder to, MetadataEvent.SetDataSchema set) {
    byte[] raw = set.rawArrowSchema();
    int rawArrowSchema = raw == null ? 0 : to.createByteVector(raw);
    return SourceWriter.offsets(to, rawArrowSchema, SchemaWriter.write(to, set.schema()));
  }

  private static int addData(FlatBufferBuilder to, MetadataEvent.AddData event) {
    int prevCheckpoint = FlatScalars.hash(to, event.prevCheckpoint());
    int newData = slice(to, event.newData());
    int newCheckpoint = checkpoint(to, event.newCheckpoint());
    int sourceState = sourceState(to, event.newSourceState());
    int extra = SchemaWriter.write(to, event.extra());
    to.startTable(7);
    to.addOffset(0, prevCheckpoint, 0);
    FlatScalars.addLong(to, 1, event.prevOffset());
    to.addOffset(2, newData, 0);
    to.addOffset(3, newCheckpoint, 0);
    FlatScalars.addTimestamp(to, 4, event.newWatermark());
    to.addOffset(5, sourceState, 0);
    to.addOffset(6, extra, 0);
    return to.endTable();
  }

  private static int executeTransform(FlatBufferBuilder to, MetadataEvent.ExecuteTransform event) {
    int[] inputs = new int[event.queryInputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      MetadataEvent.TransformInputRange input = event.queryInputs().get(i);
      int id = to.createByteVector(input.datasetId().toBytes());
      int prevBlock = FlatScalars.hash(to, input.prevBlockHash());
      int newBlock = FlatScalars.hash(to, input.newBlockHash());
      to.startTable(5);
      to.addOffset(0, id, 0);
      to.addOffset(1, prevBlock, 0);
      to.addOffset(2, newBlock, 0);
      FlatScalars.addLong(to, 3, input.prevOffset());
      FlatScalars.addLong(to, 4, input.newOffset());
      inputs[i] = to.endTable();
    }
    int queryInputs = to.createVectorOfTables(inputs);
    int prevCheckpoint = FlatScalars.hash(to, event.prevCheckpoint());
    int newData = slice(to, event.newData());
    int newCheckpoint = checkpoint(to, event.newCheckpoint());
    to.startTable(6);
    to.addOffset(0, queryInputs, 0);
    to.addOffset(1, prevCheckpoint, 0);
    FlatScalars.addLong(to, 2, event.prevOffset());
    to.addOffset(3, newData, 0);
    to.addOffset(4, newCheckpoint, 0);
    FlatScalars.addTimestamp(to, 5, event.newWatermark());
    return to.endTable();
  }

  private static int setTransform(FlatBufferBuilder to, MetadataEvent.SetTransform event) {
    int[] inputs = new int[event.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      int ref = to.createString(event.inputs().get(i).datasetRef());
      int alias = FlatScalars.string(to, event.inputs().get(i).alias());
      inputs[i] = SourceWriter.offsets(to, ref, alias);
    }
    int vector = to.createVectorOfTables(inputs);
    int transform = SourceWriter.transform(to, event.transform());
    to.startTable(3);
    to.addOffset(0, vector, 0);
    SourceWriter.addUnion(to, 1, 1, transform);
    return to.endTable();
  }

  private static int setAttachments(FlatBufferBuilder to, MetadataEvent.SetAttachments event) {
    List<MetadataEvent.Attachment> items = event.items();
    int[] tables = new int[items.size()];
    for (int i = 0; i < tables.length; i++) {
      int path = to.createString(items.get(i).path());
      tables[i] = SourceWriter.offsets(to, path, to.createString(items.get(i).content()));
    }
    int embedded = SourceWriter.offsets(to, to.createVectorOfTables(tables));
    to.startTable(2);
    SourceWriter.addUnion(to, 0, 1, embedded);
    return to.endTable();
  }

  private static int slice(FlatBufferBuilder to, MetadataEvent.@Nullable DataSlice slice) {
    if (slice == null) {
      return 0;
    }
    int logical = FlatScalars.hash(to, slice.logicalHash());
    int physical = FlatScalars.hash(to, slice.physicalHash());
    to.startTable(2);
    to.addLong(0, slice.offsetStart(), 0);
    to.addLong(1, slice.offsetEnd(), 0);
    int interval = to.endTable();
    to.startTable(4);
    to.addOffset(0, logical, 0);
    to.addOffset(1, physical, 0);
    to.addOffset(2, interval, 0);
    to.addLong(3, slice.size(), 0);
    return to.endTable();
  }

  private static int checkpoint(
      FlatBufferBuilder to, MetadataEvent.@Nullable Checkpoint checkpoint) {
    if (checkpoint == null) {
      return 0;
    }
    int physical = FlatScalars.hash(to, checkpoint.physicalHash());
    to.startTable(2);
    to.addOffset(0, physical, 0);
    to.addLong(1, checkpoint.size(), 0);
    return to.endTable();
  }

  private static int sourceState(FlatBufferBuilder to, MetadataEvent.@Nullable SourceState state) {
    if (state == null) {
      return 0;
    }
    int name = to.createString(state.sourceName());
    int kind = to.createString(state.kind());
    return SourceWriter.offsets(to, name, kind, to.createString(state.value()));
  }
}
