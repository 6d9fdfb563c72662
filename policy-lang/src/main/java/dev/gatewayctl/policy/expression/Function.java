package dev.gatewayctl.policy.expression;

/// The operators, functions and methods of expressions.
public enum Function {
  AND("&&", Form.OPERATOR),
  OR("||", Form.OPERATOR),
  NOT("!", Form.OPERATOR),
  EQUAL("==", Form.OPERATOR),
  NOT_EQUAL("!=", Form.OPERATOR),
  LESS("<", Form.OPERATOR),
  LESS_OR_EQUAL("<=", Form.OPERATOR),
  GREATER(">", Form.OPERATOR),
  GREATER_OR_EQUAL(">=", Form.OPERATOR),
  IN("in", Form.OPERATOR),
  ADD("+", Form.OPERATOR),
  SUBTRACT("-", Form.OPERATOR),
  MULTIPLY("*", Form.OPERATOR),
  DIVIDE("/", Form.OPERATOR),
  MODULO("%", Form.OPERATOR),
  NEGATE("-", Form.OPERATOR),
  INDEX("[]", Form.OPERATOR),
  /// `size(x)`, also `x.size()`: code points, bytes, elements or entries.
  SIZE("size", Form.FUNCTION),
  TO_INT("int", Form.FUNCTION),
  TO_DOUBLE("double", Form.FUNCTION),
  TO_STRING("string", Form.FUNCTION),
  TO_BOOL("bool", Form.FUNCTION),
  TO_BYTES("bytes", Form.FUNCTION),
  TO_DURATION("duration", Form.FUNCTION),
  TO_TIMESTAMP("timestamp", Form.FUNCTION),
  /// A stable share of a text, from 0.0 up to but not 100.0.
  PERCENT("percent", Form.FUNCTION),
  STARTS_WITH("startsWith", Form.METHOD),
  ENDS_WITH("endsWith", Form.METHOD),
  /// Of a text: holds another one; of a list: has an element.
  CONTAINS("contains", Form.METHOD),
  MATCHES("matches", Form.METHOD),
  LOWER_ASCII("lowerAscii", Form.METHOD),
  UPPER_ASCII("upperAscii", Form.METHOD),
  TRIM("trim", Form.METHOD),
  CHAR_AT("charAt", Form.METHOD),
  INDEX_OF("indexOf", Form.METHOD),
  LAST_INDEX_OF("lastIndexOf", Form.METHOD),
  SUBSTRING("substring", Form.METHOD),
  REPLACE("replace", Form.METHOD),
  SPLIT("split", Form.METHOD),
  JOIN("join", Form.METHOD),
  /// A map's value for a key, or the default.
  GET("get", Form.METHOD),
  /// Whether an address lies in a network, or in one of a list of them.
  IN_NETWORK("in", Form.METHOD),
  FULL_YEAR("getFullYear", Form.METHOD),
  MONTH("getMonth", Form.METHOD),
  DATE("getDate", Form.METHOD),
  DAY_OF_MONTH("getDayOfMonth", Form.METHOD),
  DAY_OF_WEEK("getDayOfWeek", Form.METHOD),
  DAY_OF_YEAR("getDayOfYear", Form.METHOD),
  HOURS("getHours", Form.METHOD),
  MINUTES("getMinutes", Form.METHOD),
  SECONDS("getSeconds", Form.METHOD),
  MILLISECONDS("getMilliseconds", Form.METHOD),
  /// `now.at(ZONE).hour`: the hour of the arrival there.
  HOUR_AT("hour", Form.NOW_AT),
  /// `now.at(ZONE).weekday`: 1 is Monday.
  WEEKDAY_AT("weekday", Form.NOW_AT),
  /// `now.at(ZONE).date`: the ISO date there.
  DATE_AT("date", Form.NOW_AT);

  private final String word;
  private final Form form;

  Function(String word, Form form) {
    this.word = word;
    this.form = form;
  }

  /// The operator's sign or the name as it is written.
  public String word() {
    return word;
  }

  Form form() {
    return form;
  }

  enum Form {
    OPERATOR,
    FUNCTION,
    METHOD,
    NOW_AT
  }

  /// How tightly an operator binds, from 1, the loosest; 0 for what stands not between two values.
  public int precedence() {
    return switch (word) {
      case "||" -> 1;
      case "&&" -> 2;
      case "==", "!=", "<", "<=", ">", ">=", "in" -> 3;
      case "+", "-" -> 4;
      case "*", "/", "%" -> 5;
      default -> 0;
    };
  }
}
