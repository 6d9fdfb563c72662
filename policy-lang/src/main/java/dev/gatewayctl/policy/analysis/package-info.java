/// What is wrong with a policy although each of its parts is right. In: a policy and its rule
/// graph. Out: diagnostics. Read [PolicyChecks] first. Not here: what a single section shows by
/// itself, which its binder reports.
@NullMarked
package dev.gatewayctl.policy.analysis;

import org.jspecify.annotations.NullMarked;
