package dev.catchwater.odf.schema;

import dev.catchwater.odf.event.MetadataEvent.SetVocab;
import java.util.List;

/// The names of the four system columns of a dataset, defaults filled in (odf-format §6).
public record Vocabulary(String offset, String operationType, String systemTime, String eventTime) {

  /// `offset, op, system_time, event_time`.
  public static final Vocabulary DEFAULT =
      new Vocabulary("offset", "op", "system_time", "event_time");

  /// The names an event gives; what it leaves out has its default name, whatever an earlier event
  /// said.
  public static Vocabulary of(SetVocab event) {
    String offset = event.offsetColumn();
    String operationType = event.operationTypeColumn();
    String systemTime = event.systemTimeColumn();
    String eventTime = event.eventTimeColumn();
    return new Vocabulary(
        offset == null ? DEFAULT.offset : offset,
        operationType == null ? DEFAULT.operationType : operationType,
        systemTime == null ? DEFAULT.systemTime : systemTime,
        eventTime == null ? DEFAULT.eventTime : eventTime);
  }

  /// The names in stored order: offset, operation type, system time, event time.
  public List<String> columns() {
    return List.of(offset, operationType, systemTime, eventTime);
  }

  /// Whether the name is one of the four, case included.
  public boolean isSystemColumn(String name) {
    return name.equals(offset)
        || name.equals(operationType)
        || name.equals(systemTime)
        || name.equals(eventTime);
  }
}
