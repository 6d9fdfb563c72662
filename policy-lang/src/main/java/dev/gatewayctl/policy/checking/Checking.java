package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What the parts of one check share: the declared names, and where in the expression it stands.
final class Checking {
  /// How many nodes an expression may have with its `let`s expanded.
  static final int MOST_NODES = 20_000;

  /// How many elements the lists of one expression may have, counted at each use.
  static final int MOST_LISTED = 200_000;

  final Names names;
  final Vocabulary vocabulary;
  final Diagnostics out;
  final Scope scope;

  /// The variables of the enclosing macros, innermost first.
  private Deque<Local> locals = new ArrayDeque<>();

  /// The `let`s that are being expanded, innermost first.
  final Deque<String> lets = new ArrayDeque<>();

  /// Above zero where a text is read without its content getting out: `size(x)`, `has(x)`.
  int contentInside;

  int nodes;
  int listed;
  int depth;

  Checking(Names names, Vocabulary vocabulary, Diagnostics out, Scope scope) {
    this.names = names;
    this.vocabulary = vocabulary;
    this.out = out;
    this.scope = scope;
    if (scope == Scope.FINDING) {
      locals.push(new Local("finding", Type.Simple.FINDING));
    }
  }

  record Local(String name, Type type) {}

  @Nullable Local local(String name) {
    for (Local local : locals) {
      if (local.name().equals(name)) {
        return local;
      }
    }
    return null;
  }

  void enter(Local local) {
    locals.push(local);
  }

  void leave() {
    locals.pop();
  }

  /// Hides all variables, as a `let` must not see those of its use; gives them for [#show].
  Deque<Local> hide() {
    Deque<Local> hidden = locals;
    locals = new ArrayDeque<>();
    return hidden;
  }

  void show(Deque<Local> hidden) {
    locals = hidden;
  }
}
