/// What the compiler says to the author of a policy, as values. In: source texts. Out: diagnostics
/// with places, sorted and capped, and their rendering as text. Read [Span] first. Not here: the
/// JSON, SARIF, JUnit and GitHub forms, which the command line writes.
@NullMarked
package dev.gatewayctl.policy.diagnostic;

import org.jspecify.annotations.NullMarked;
