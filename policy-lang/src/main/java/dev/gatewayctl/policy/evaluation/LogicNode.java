package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionFacts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// `&&` and `||` over any number of parts. One decisive part decides, whatever the others are, an
/// error included; so the parts may be decided in any order, and the cheap ones are decided first.
/// Without a decisive part the error of the first part in error, as written, is the result.
final class LogicNode implements Node {
  private final boolean decisive;
  private final Node[] parts;

  /// For each part its place as written.
  private final int[] places;

  private LogicNode(boolean decisive, Node[] parts, int[] places) {
    this.decisive = decisive;
    this.parts = parts;
    this.places = places;
  }

  /// `&&` when `decisive` is false, `||` when it is true.
  static Node of(boolean decisive, List<Expression> written, Node[] nodes) {
    int[] places =
        IntStream.range(0, nodes.length)
            .boxed()
            .sorted(Comparator.comparingInt(place -> cost(written.get(place))))
            .mapToInt(Integer::intValue)
            .toArray();
    Node[] ordered = IntStream.of(places).mapToObj(place -> nodes[place]).toArray(Node[]::new);
    return new LogicNode(decisive, ordered, places);
  }

  @Override
  public Object value(Facts facts) {
    Object failure = null;
    int failedAt = Integer.MAX_VALUE;
    for (int i = 0; i < parts.length; i++) {
      Object value = parts[i].value(facts);
      if (value instanceof Boolean truth) {
        if (truth == decisive) {
          return truth;
        }
      } else if (places[i] < failedAt) {
        failedAt = places[i];
        failure = value instanceof Failure ? value : Failure.WRONG_TYPE;
      }
    }
    return failure == null ? (Object) !decisive : failure;
  }

  /// How much work the facts of a part are: those at hand, texts, detectors and the token counter.
  private static int cost(Expression part) {
    int cost = 0;
    for (Fact fact : ExpressionFacts.facts(part)) {
      boolean text = !fact.contentFree() && fact.type() != Type.Simple.DYN;
      boolean scanned = fact.type() == Type.Simple.FINDINGS;
      boolean counted = fact.name().equals("tokens.input");
      cost = Math.max(cost, counted ? 3 : scanned ? 2 : text ? 1 : 0);
    }
    return cost;
  }
}
