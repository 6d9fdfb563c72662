/// The typed policy. In: the united sections of a policy's files as syntax trees. Out: a [Policy]
/// with every name resolved, every expression checked, every effect placed in its phases, or
/// diagnostics. Read [Policy] first, then [RuleDefinition]; each section has one binder. Not here:
/// prices, the executable graph, and checks that need the policy as a whole.
@NullMarked
package dev.gatewayctl.policy.definition;

import org.jspecify.annotations.NullMarked;
