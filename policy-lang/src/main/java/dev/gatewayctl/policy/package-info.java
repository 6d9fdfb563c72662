/// The policy compiler as one call. In: the name of a root file and where files come from. Out: a
/// [Compilation], which is a rule graph or diagnostics. Read [PolicyCompiler] first. Not here: the
/// stages themselves, and reading from a disk.
@NullMarked
package dev.gatewayctl.policy;

import org.jspecify.annotations.NullMarked;
