package dev.gatewayctl.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a function of expressions takes, gives and is for.
enum FunctionPage {
  SIZE("size", "size(x), x.size()", "How long: code points of a text, elements, entries or bytes."),
  HAS("has", "has(fact)", "Whether a fact or a key is there. It never errors."),
  INT("int", "int(x)", "A whole number of a number or a text; an error when it is none."),
  DOUBLE("double", "double(x)", "A number with a fraction of a number or a text."),
  STRING("string", "string(x)", "The text of a value."),
  BOOL("bool", "bool(text)", "The truth value that a text names."),
  BYTES("bytes", "bytes(text)", "The UTF-8 bytes of a text."),
  DURATION("duration", "duration('90s')", "A span of time: units h, m, s, ms."),
  TIMESTAMP("timestamp", "timestamp('2026-11-24T10:00:00Z')", "A point in time, RFC 3339."),
  PERCENT(
      "percent",
      "percent(text)",
      "A stable share of a text, from 0.0 up to but not 100.0: `percent(principal.id) < 10.0`\n"
          + "holds for the same tenth of all callers every time."),
  STARTS_WITH("startsWith", "text.startsWith(prefix)", "Whether a text begins with another."),
  ENDS_WITH("endsWith", "text.endsWith(suffix)", "Whether a text ends with another."),
  CONTAINS("contains", "x.contains(y)", "Whether a text holds another, or a list an element."),
  MATCHES(
      "matches",
      "text.matches(r'pattern')",
      "Whether a pattern is found anywhere in a text. RE2 syntax, linear time; `^` and `$`\n"
          + "tie it to the ends."),
  LOWER_ASCII("lowerAscii", "text.lowerAscii()", "A text with A to Z as a to z."),
  UPPER_ASCII("upperAscii", "text.upperAscii()", "A text with a to z as A to Z."),
  TRIM("trim", "text.trim()", "A text without blanks at its ends."),
  CHAR_AT("charAt", "text.charAt(i)", "The code point at a place, from 0, as a text."),
  INDEX_OF("indexOf", "text.indexOf(part)", "Where another text begins first; -1 when nowhere."),
  LAST_INDEX_OF(
      "lastIndexOf", "text.lastIndexOf(part)", "Where another text begins last; -1 when nowhere."),
  SUBSTRING("substring", "text.substring(from, to)", "Code points from a place up to another."),
  REPLACE("replace", "text.replace(old, new)", "A text with every place of one put by another."),
  SPLIT("split", "text.split(separator)", "The parts between separators, as a list."),
  JOIN("join", "list.join(separator)", "The texts of a list as one."),
  GET("get", "map.get(key, otherwise)", "A map's value for a key; the other when it is not there."),
  IN("in", "x in list, ip.in('10.0.0.0/8')", "Whether a list or map has it, a network an address."),
  ALL("all", "list.all(x, condition)", "Whether a condition holds for every element."),
  EXISTS("exists", "list.exists(x, condition)", "Whether a condition holds for an element."),
  EXISTS_ONE("exists_one", "list.exists_one(x, condition)", "Whether it holds for exactly one."),
  FILTER("filter", "list.filter(x, condition)", "The elements for which a condition holds."),
  MAP("map", "list.map(x, expression)", "What an expression makes of each element."),
  ANY("any", "findings.any(kind)", "Whether something of a kind, class or detector was found."),
  COUNT("count", "findings.count(kind)", "How often something of a kind was found."),
  SCORE("score", "findings.score(kind)", "The highest score of a kind, 0 when nothing was found."),
  FIRST(
      "first", "findings.first(kind)", "The first finding of a kind; an error when there is none.");

  private final String word;
  private final String form;
  private final String text;

  FunctionPage(String word, String form, String text) {
    this.word = word;
    this.form = form;
    this.text = text;
  }

  static Optional<String> of(String word) {
    return Arrays.stream(values())
        .filter(page -> page.word.equals(word))
        .findFirst()
        .map(page -> "# " + word + "\n\n" + page.text + "\n\nform  " + page.form + "\n");
  }

  static List<String> names() {
    return Arrays.stream(values()).map(page -> page.word).toList();
  }
}
