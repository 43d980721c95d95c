/// The error model: kinds, codes, places.
///
/// Fed by every package that refuses something; feeds the command line, which prints and picks the
/// exit code.
@NullMarked
package dev.catchwater.odf.error;

import org.jspecify.annotations.NullMarked;
