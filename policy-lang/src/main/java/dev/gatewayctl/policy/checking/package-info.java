/// From the text of an expression to its checked tree: tokens, grammar, types, and the formatter
/// that works on the tokens. In: a text with its place, and the [Names] that a policy declares.
/// Out: an [dev.gatewayctl.policy.expression.Expression], or diagnostics. Read [ExpressionChecker]
/// first, then [Typing]. Not here: the words of the language ([dev.gatewayctl.policy.expression])
/// and evaluation.
@NullMarked
package dev.gatewayctl.policy.checking;

import org.jspecify.annotations.NullMarked;
