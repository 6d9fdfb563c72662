/// Policy text to a tree of mappings, sequences and scalars. In: a [SourceFile]. Out: [SyntaxNode]s
/// that keep the source text of every scalar and its exact place, or diagnostics that name the trap
/// of YAML that was met. Read [SyntaxNode] first, then [YamlReader]. Not here: what a key means;
/// values are never resolved to numbers, truth values or null.
@NullMarked
package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import org.jspecify.annotations.NullMarked;
