/// What an exchange takes: tokens, money, and its place in sliding windows. In: usage, prices,
/// texts, limits. Out: counts, nano-dollars, admissions. Read [Cost] first. Not here: who may call
/// whom, and anything that reads files or a clock of its own.
@NullMarked
package dev.gatewayctl.runtime.meter;

import org.jspecify.annotations.NullMarked;
