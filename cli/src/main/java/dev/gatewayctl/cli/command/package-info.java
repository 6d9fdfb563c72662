/// The verbs, one class each: options, a call into the libraries, the result in words. Read
/// [GatewayctlCommand] first. Not here: anything that decides.
@NullMarked
package dev.gatewayctl.cli.command;

import org.jspecify.annotations.NullMarked;
