package dev.gatewayctl.policy.expression;

import org.jspecify.annotations.Nullable;

/// The relations between types.
public final class Types {
  private Types() {}

  public static boolean isNumber(Type type) {
    return type == Type.Simple.INT || type == Type.Simple.DOUBLE || type == Type.Simple.DYN;
  }

  /// Whether its values are texts.
  public static boolean isText(Type type) {
    return type == Type.Simple.STRING || type instanceof Type.Nominal || type == Type.Simple.DYN;
  }

  /// Whether a value of this type may stand where `wanted` is asked for. A nominal is a text.
  public static boolean fits(Type type, Type wanted) {
    if (type.equals(wanted) || type == Type.Simple.DYN || wanted == Type.Simple.DYN) {
      return true;
    }
    if (wanted == Type.Simple.STRING) {
      return type instanceof Type.Nominal;
    }
    if (wanted instanceof Type.ListOf(Type wantedElement)) {
      Type element = element(type);
      return element != null && !(type instanceof Type.MapOf) && fits(element, wantedElement);
    }
    return type instanceof Type.MapOf(Type key, Type value)
        && wanted instanceof Type.MapOf(Type wantedKey, Type wantedValue)
        && fits(key, wantedKey)
        && fits(value, wantedValue);
  }

  /// The type of a value that is one or the other, or null.
  public static @Nullable Type join(Type a, Type b) {
    if (a.equals(b) || b == Type.Simple.DYN) {
      return a;
    }
    if (a == Type.Simple.DYN) {
      return b;
    }
    if (a == Type.Simple.STRING && b instanceof Type.Nominal) {
      return a;
    }
    if (b == Type.Simple.STRING && a instanceof Type.Nominal) {
      return b;
    }
    if (isNumber(a) && isNumber(b)) {
      return Type.Simple.DOUBLE;
    }
    if (a instanceof Type.ListOf(Type x) && b instanceof Type.ListOf(Type y)) {
      Type element = join(x, y);
      return element == null ? null : new Type.ListOf(element);
    }
    if (a instanceof Type.MapOf(Type k, Type v) && b instanceof Type.MapOf(Type l, Type w)) {
      Type key = join(k, l);
      Type value = join(v, w);
      return key == null || value == null ? null : new Type.MapOf(key, value);
    }
    return null;
  }

  /// Whether `==` may compare the two.
  public static boolean equatable(Type a, Type b) {
    return !(a == Type.Simple.NULL ^ b == Type.Simple.NULL)
        ? join(a, b) != null
        : a == Type.Simple.DYN || b == Type.Simple.DYN;
  }

  /// Whether `<` may compare the two.
  public static boolean ordered(Type a, Type b) {
    if (isNumber(a) && isNumber(b)) {
      return true;
    }
    if (isText(a) && isText(b)) {
      return !(a instanceof Type.Nominal) && !(b instanceof Type.Nominal);
    }
    Type joined = join(a, b);
    return joined == Type.Simple.BOOL
        || joined == Type.Simple.BYTES
        || joined == Type.Simple.DURATION
        || joined == Type.Simple.TIMESTAMP
        || joined == Type.Simple.DYN;
  }

  /// What a macro's variable stands for, or null when there is nothing to go over.
  public static @Nullable Type element(Type range) {
    return switch (range) {
      case Type.ListOf(Type element) -> element;
      case Type.MapOf(Type key, Type value) -> key;
      case Type.Simple.FINDINGS -> Type.Simple.FINDING;
      case Type.Simple.DYN -> Type.Simple.DYN;
      case Type.Simple other -> null;
      case Type.Nominal nominal -> null;
    };
  }
}
