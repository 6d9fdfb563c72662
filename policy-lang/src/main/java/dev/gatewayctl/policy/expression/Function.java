package dev.gatewayctl.policy.expression;

/// The operators, functions and methods of expressions.
public enum Function {
  AND,
  OR,
  NOT,
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL,
  IN,
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  MODULO,
  NEGATE,
  INDEX
}
