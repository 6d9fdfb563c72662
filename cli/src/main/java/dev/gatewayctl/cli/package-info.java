/// The program: words on a terminal. Read [Main] first, then the verbs in
/// [dev.gatewayctl.cli.command]. Not here: anything that a library could not do without a terminal.
@NullMarked
package dev.gatewayctl.cli;

import org.jspecify.annotations.NullMarked;
