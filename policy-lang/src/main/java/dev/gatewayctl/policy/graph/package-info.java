/// The executable policy as data. In: definitions, resolved by the graph builder. Out: [RuleGraph],
/// its digest and its printed forms. Read [RuleGraph] first. Not here: spans, comments, file names
/// and anything that runs.
@NullMarked
package dev.gatewayctl.policy.graph;

import org.jspecify.annotations.NullMarked;
