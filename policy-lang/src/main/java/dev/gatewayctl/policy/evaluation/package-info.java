/// Decides the rules of a policy on the facts of an exchange. In: a
/// [dev.gatewayctl.policy.graph.RuleGraph], linked once, and a [FactSource] for each phase of an
/// exchange. Out: a [Decision]. Read [Evaluator] first, then [Facts]. Not here: where facts come
/// from, and what a decision does to an exchange.
@NullMarked
package dev.gatewayctl.policy.evaluation;

import org.jspecify.annotations.NullMarked;
