/// The metadata events and blocks of a chain.
///
/// Fed by `manifest` and `codec`; feeds `chain`, and everyone who asks what happened to a dataset.
@NullMarked
package dev.catchwater.odf.event;

import org.jspecify.annotations.NullMarked;
