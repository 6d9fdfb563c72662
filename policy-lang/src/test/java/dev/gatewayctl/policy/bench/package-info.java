/// Runs the benchmarks that stand beside what they measure. In: the compiled tests. Out: JMH's
/// report.
@NullMarked
package dev.gatewayctl.policy.bench;

import org.jspecify.annotations.NullMarked;
