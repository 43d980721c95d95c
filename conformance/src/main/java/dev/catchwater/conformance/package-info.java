/// Cases, bad inputs, golden datasets and house rules, as tests.
@NullMarked
package dev.catchwater.conformance;

import org.jspecify.annotations.NullMarked;
