package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function or method with the types that it takes.
///
/// @param receiver of a method the type of what it is called on; null for a function
/// @param least how many arguments there must be; the rest is optional
record Overload(
    Function function, @Nullable Type receiver, int least, List<Type> parameters, Type result) {

  private static final Type TEXTS = new Type.ListOf(Simple.STRING);
  private static final List<Overload> ALL = all();

  /// The methods of that name, or the functions when `method` is false.
  static List<Overload> named(String name, boolean method) {
    return ALL.stream()
        .filter(each -> each.function.word().equals(name) && (each.receiver != null) == method)
        .toList();
  }

  /// The names of all methods, or of all functions.
  static List<String> names(boolean method) {
    return ALL.stream()
        .filter(each -> (each.receiver != null) == method)
        .map(each -> each.function.word())
        .distinct()
        .toList();
  }

  private static List<Overload> all() {
    List<Overload> all = new ArrayList<>();
    texts(all);
    conversions(all);
    times(all);
    for (Type sized : List.of(Simple.STRING, Simple.BYTES, Simple.FINDINGS, anyList(), anyMap())) {
      all.add(new Overload(Function.SIZE, sized, 0, List.of(), Simple.INT));
      all.add(new Overload(Function.SIZE, null, 1, List.of(sized), Simple.INT));
    }
    all.add(new Overload(Function.JOIN, TEXTS, 0, List.of(Simple.STRING), Simple.STRING));
    all.add(new Overload(Function.PERCENT, null, 1, List.of(Simple.STRING), Simple.DOUBLE));
    return List.copyOf(all);
  }

  private static Type anyList() {
    return new Type.ListOf(Simple.DYN);
  }

  private static Type anyMap() {
    return new Type.MapOf(Simple.DYN, Simple.DYN);
  }

  private static void texts(List<Overload> all) {
    Type text = Simple.STRING;
    Type whole = Simple.INT;
    for (Function asks :
        List.of(Function.STARTS_WITH, Function.ENDS_WITH, Function.CONTAINS, Function.MATCHES)) {
      all.add(new Overload(asks, text, 1, List.of(text), Simple.BOOL));
    }
    for (Function plain : List.of(Function.LOWER_ASCII, Function.UPPER_ASCII, Function.TRIM)) {
      all.add(new Overload(plain, text, 0, List.of(), text));
    }
    all.add(new Overload(Function.CHAR_AT, text, 1, List.of(whole), text));
    all.add(new Overload(Function.INDEX_OF, text, 1, List.of(text, whole), whole));
    all.add(new Overload(Function.LAST_INDEX_OF, text, 1, List.of(text, whole), whole));
    all.add(new Overload(Function.SUBSTRING, text, 1, List.of(whole, whole), text));
    all.add(new Overload(Function.REPLACE, text, 2, List.of(text, text, whole), text));
    all.add(new Overload(Function.SPLIT, text, 1, List.of(text, whole), TEXTS));
  }

  private static void conversions(List<Overload> all) {
    conversion(
        all,
        Function.TO_INT,
        Simple.INT,
        Simple.INT,
        Simple.DOUBLE,
        Simple.STRING,
        Simple.TIMESTAMP);
    conversion(all, Function.TO_DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.INT, Simple.STRING);
    conversion(all, Function.TO_BOOL, Simple.BOOL, Simple.BOOL, Simple.STRING);
    conversion(all, Function.TO_BYTES, Simple.BYTES, Simple.BYTES, Simple.STRING);
    conversion(
        all,
        Function.TO_STRING,
        Simple.STRING,
        Simple.STRING,
        Simple.INT,
        Simple.DOUBLE,
        Simple.BOOL,
        Simple.BYTES,
        Simple.DURATION,
        Simple.TIMESTAMP,
        Simple.IP);
    conversion(all, Function.TO_DURATION, Simple.DURATION, Simple.DURATION, Simple.STRING);
    conversion(
        all, Function.TO_TIMESTAMP, Simple.TIMESTAMP, Simple.TIMESTAMP, Simple.STRING, Simple.INT);
  }

  private static void conversion(List<Overload> all, Function function, Type to, Type... from) {
    for (Type each : from) {
      all.add(new Overload(function, null, 1, List.of(each), to));
    }
  }

  private static void times(List<Overload> all) {
    List<Function> parts =
        List.of(
            Function.FULL_YEAR,
            Function.MONTH,
            Function.DATE,
            Function.DAY_OF_MONTH,
            Function.DAY_OF_WEEK,
            Function.DAY_OF_YEAR,
            Function.HOURS,
            Function.MINUTES,
            Function.SECONDS,
            Function.MILLISECONDS);
    for (Function part : parts) {
      all.add(new Overload(part, Simple.TIMESTAMP, 0, List.of(Simple.STRING), Simple.INT));
    }
    for (Function part : parts.subList(6, parts.size())) {
      all.add(new Overload(part, Simple.DURATION, 0, List.of(), Simple.INT));
    }
  }
}
