/// The terminal: streams, colours, tables, progress, exit codes and the options that several verbs
/// share. Read [Console] first. Not here: the verbs.
@NullMarked
package dev.gatewayctl.cli.console;

import org.jspecify.annotations.NullMarked;
