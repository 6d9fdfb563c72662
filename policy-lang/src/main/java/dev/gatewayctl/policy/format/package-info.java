/// Policy text to the same policy in its usual form. In: a [SourceFile]. Out: the text with
/// indentation, blank lines and spacing as everybody writes them, or the diagnostics that kept it
/// from being read. Read [PolicyFormatter] first. Not here: any change of what a policy says; the
/// tree before and after is the same.
@NullMarked
package dev.gatewayctl.policy.format;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import org.jspecify.annotations.NullMarked;
