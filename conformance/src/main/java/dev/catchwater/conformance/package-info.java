/// Cases, bad inputs, golden datasets and house rules, as tests.
///
/// Fed by the whole product; feeds the build.
@NullMarked
package dev.catchwater.conformance;

import org.jspecify.annotations.NullMarked;
