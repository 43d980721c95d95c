/// The house rules as tests: architecture, tidiness of sources, truth of the documents.
///
/// Fed by the class files, sources and documents of the whole repository; feeds nothing. Begin with
/// [dev.catchwater.conformance.house.TidyTest].
@NullMarked
package dev.catchwater.conformance.house;

import org.jspecify.annotations.NullMarked;
