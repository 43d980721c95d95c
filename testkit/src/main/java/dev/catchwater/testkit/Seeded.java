package dev.catchwater.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that takes a `RandomGenerator` and runs [#iterations()] times, each with its own seed.
///
/// The seeds follow from the test's name, so that a plain run is repeatable. A failure names its
/// seed; `-Dtests.seed=<seed>` runs that one alone, `-Dtests.iters=<n>` runs `n` iterations.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {
  /// How often the test runs unless `-Dtests.iters` says otherwise.
  int iterations() default 1;
}
