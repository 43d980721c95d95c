/// What the tests of every module share: a disk that crashes, seeds, tiers.
///
/// Fed by tests; feeds nothing of the product.
@NullMarked
package dev.catchwater.testkit;

import org.jspecify.annotations.NullMarked;
