/// The expression language: lexer, parser, types, checker and the vocabulary of facts. In: the text
/// of an expression with its place, and the names of a policy. Out: a checked [Expression] or
/// diagnostics. Read [Expression] and [Fact] first. Not here: evaluation.
@NullMarked
package dev.gatewayctl.policy.expression;

import org.jspecify.annotations.NullMarked;
