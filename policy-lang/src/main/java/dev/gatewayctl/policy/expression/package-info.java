/// The words of the expression language: types, functions, the vocabulary of facts, the checked
/// tree, its canonical text, and what can be said of a tree without running it. In: nothing but
/// constants and trees. Out: the same. Read [Expression] and [Fact] first. Not here: how a text
/// becomes a tree ([dev.gatewayctl.policy.checking]) and evaluation.
@NullMarked
package dev.gatewayctl.policy.expression;

import org.jspecify.annotations.NullMarked;
