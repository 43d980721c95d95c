/// What the tests of every module share: a disk that crashes, seeds.
@NullMarked
package dev.catchwater.testkit;

import org.jspecify.annotations.NullMarked;
