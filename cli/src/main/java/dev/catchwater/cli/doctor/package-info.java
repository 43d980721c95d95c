/// What is wrong with a workspace and the machine it lies on, and which command mends it. Nothing
/// is changed.
///
/// Fed by storage and the disk; feeds the command `doctor`, which prints the findings.
@NullMarked
package dev.catchwater.cli.doctor;

import org.jspecify.annotations.NullMarked;
