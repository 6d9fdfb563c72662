/// Values as a policy writes them. In: the nodes of its syntax tree. Out: durations, sizes,
/// amounts, words, addresses, each with its place where it matters, or diagnostics; a member that
/// nobody asked for is reported, too. Read [Fields] first. Not here: which members there are, and
/// what they mean.
@NullMarked
package dev.gatewayctl.policy.field;

import org.jspecify.annotations.NullMarked;
