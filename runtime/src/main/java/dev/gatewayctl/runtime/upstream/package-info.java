/// Providers and the way to them. In: the candidates that the policy left, and what leaves for
/// each. Out: one answer, whole or streamed, after as many retries and fallbacks as the policy
/// allows. Read [Dispatch] first. Not here: what the answer holds.
@NullMarked
package dev.gatewayctl.runtime.upstream;

import org.jspecify.annotations.NullMarked;
