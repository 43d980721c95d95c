/// Settings that hold for many commands, so that their options need not be repeated.
///
/// Fed by the environment and two small files, one of the user and one of the workspace; feeds the
/// commands. A command whose options say everything reads none of it.
@NullMarked
package dev.catchwater.cli.config;

import org.jspecify.annotations.NullMarked;
