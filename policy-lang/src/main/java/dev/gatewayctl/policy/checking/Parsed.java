package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression as it is written: names unresolved, no types. Offsets are into the text.
sealed interface Parsed {
  int start();

  int end();

  /// A number, bool or null.
  record Constant(@Nullable Object value, Type type, int start, int end) implements Parsed {}

  record Text(StringLiteral literal, int start, int end) implements Parsed {}

  record Name(String name, int start, int end) implements Parsed {}

  record Member(Parsed operand, String field, int fieldStart, int end) implements Parsed {
    @Override
    public int start() {
      return operand.start();
    }
  }

  /// A function, or with a target a method or macro.
  record Invoke(
      @Nullable Parsed target,
      String name,
      int nameStart,
      int nameEnd,
      List<Parsed> arguments,
      int start,
      int end)
      implements Parsed {}

  record Subscript(Parsed operand, Parsed index, int start, int end) implements Parsed {}

  record Unary(Function operator, Parsed operand, int start, int end) implements Parsed {}

  /// Two operands; of `&&` and `||` two or more.
  record Operation(Function operator, List<Parsed> operands, int signStart, int start, int end)
      implements Parsed {}

  record Choice(Parsed condition, Parsed then, Parsed otherwise, int start, int end)
      implements Parsed {}

  record Elements(List<Parsed> elements, int start, int end) implements Parsed {}

  record Entries(List<Parsed> keys, List<Parsed> values, int start, int end) implements Parsed {}

  /// What could not be read; it was reported.
  record Bad(int start, int end) implements Parsed {}
}
