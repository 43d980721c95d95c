package dev.catchwater.journal;

import dev.catchwater.odf.error.CatchwaterException;

/// Hears from a journal's thread what became of records, in order. It must return soon: nothing is
/// written meanwhile. It may append and release, but not wait for durability.
public interface JournalListener {
  /// A listener that does nothing.
  JournalListener NONE = through -> {};

  /// The oldest so many records that are not durable are a group: they are written from now on and
  /// forced together. Called before that, so that work on them can go on meanwhile.
  default void forming(int records) {}

  /// Every record up to `through` that was not refused is durable. Called before those who wait for
  /// them wake up.
  void durable(long through);

  /// The records from `from` on were not taken and never will be, see [Journal#resume()].
  default void refused(long from, CatchwaterException why) {}
}
