package dev.gatewayctl.runtime.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// One pass over the bytes of a document that fills the table of [JsonDocument].
///
/// Strings are most of a body, so their plain stretches are skipped eight bytes at a time: a long
/// word is tested at once for quote, backslash, control characters and bytes beyond ASCII (the
/// arithmetic is the "zero byte in a word" test of Mycroft, 1987; a carry can only spoil bytes
/// above the first true hit, and only the first one is used).
final class JsonScanner {
  static final int OBJECT = 0;
  static final int ARRAY = 1;
  static final int STRING = 2;
  static final int NUMBER = 3;
  static final int TRUE = 4;
  static final int FALSE = 5;
  static final int NULL = 6;
  static final int KIND_MASK = 0xf;
  static final int ESCAPED = 0x10;

  /// Up to so many members are compared pairwise, more through a set.
  private static final int PAIRWISE_MEMBERS = 12;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private int at;
  private int[] table;
  private int count;
  private int loneSurrogate = -1;

  JsonScanner(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.start = from;
    this.at = from;
    this.end = to;
    this.table = new int[JsonDocument.STRIDE * Math.max(16, Math.min(1024, (to - from) / 16))];
  }

  JsonDocument.Reading read() {
    try {
      skipSpace();
      if (at == end) {
        throw new Malformed(start == end ? "it is empty" : "it holds only white space", at);
      }
      value(0);
      skipSpace();
      if (at < end) {
        throw new Malformed("there is more after the end of the document", at);
      }
      int[] exact = Arrays.copyOf(table, count * JsonDocument.STRIDE);
      return new JsonDocument.Reading.Read(new JsonDocument(bytes, exact, loneSurrogate));
    } catch (Malformed malformed) {
      return new JsonDocument.Reading.Malformed(malformed.reason, malformed.offset - start);
    }
  }

  private void value(int depth) throws Malformed {
    if (at >= end) {
      throw new Malformed("it ends too early", at);
    }
    switch (bytes[at]) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> word("true", TRUE);
      case 'f' -> word("false", FALSE);
      case 'n' -> word("null", NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw new Malformed("a value was expected", at);
    }
  }

  private void object(int depth) throws Malformed {
    int index = open(OBJECT, depth);
    int members = 0;
    skipSpace();
    if (!take('}')) {
      while (true) {
        if (at >= end || bytes[at] != '"') {
          throw new Malformed("a member name was expected", at);
        }
        string();
        members++;
        skipSpace();
        if (!take(':')) {
          throw new Malformed("a colon was expected", at);
        }
        skipSpace();
        value(depth);
        skipSpace();
        if (take('}')) {
          break;
        }
        if (!take(',')) {
          throw new Malformed("a comma or a closing brace was expected", at);
        }
        skipSpace();
      }
    }
    close(index);
    if (members > 1) {
      refuseTwins(index, members);
    }
  }

  private void array(int depth) throws Malformed {
    int index = open(ARRAY, depth);
    skipSpace();
    if (!take(']')) {
      while (true) {
        value(depth);
        skipSpace();
        if (take(']')) {
          break;
        }
        if (!take(',')) {
          throw new Malformed("a comma or a closing bracket was expected", at);
        }
        skipSpace();
      }
    }
    close(index);
  }

  private int open(int kind, int depth) throws Malformed {
    if (depth > JsonDocument.MAX_DEPTH) {
      throw new Malformed("it is nested more than " + JsonDocument.MAX_DEPTH + " deep", at);
    }
    int index = add(kind, at, -1);
    at++;
    return index;
  }

  private void close(int index) {
    table[index * JsonDocument.STRIDE + 2] = at;
    table[index * JsonDocument.STRIDE + 3] = count;
  }

  private int add(int kind, int from, int to) throws Malformed {
    if (count == JsonDocument.MAX_VALUES) {
      throw new Malformed("it holds more than " + JsonDocument.MAX_VALUES + " values", from);
    }
    int base = count * JsonDocument.STRIDE;
    if (base == table.length) {
      table = Arrays.copyOf(table, table.length * 2);
    }
    table[base] = kind;
    table[base + 1] = from;
    table[base + 2] = to;
    table[base + 3] = count + 1;
    return count++;
  }

  private void refuseTwins(int object, int members) throws Malformed {
    int name = object + 1;
    if (members > PAIRWISE_MEMBERS) {
      Set<String> seen = HashSet.newHashSet(members);
      for (int i = 0; i < members; i++) {
        if (!seen.add(decoded(name))) {
          throw twin(name);
        }
        name = afterValue(name);
      }
      return;
    }
    for (int i = 1; i < members; i++) {
      name = afterValue(name);
      int earlier = object + 1;
      for (int k = 0; k < i; k++) {
        if (sameName(earlier, name)) {
          throw twin(name);
        }
        earlier = afterValue(earlier);
      }
    }
  }

  private int afterValue(int name) {
    return table[(name + 1) * JsonDocument.STRIDE + 3];
  }

  private boolean sameName(int left, int right) {
    int leftBase = left * JsonDocument.STRIDE;
    int rightBase = right * JsonDocument.STRIDE;
    if (((table[leftBase] | table[rightBase]) & ESCAPED) != 0) {
      return decoded(left).equals(decoded(right));
    }
    return Arrays.equals(
        bytes,
        table[leftBase + 1],
        table[leftBase + 2],
        bytes,
        table[rightBase + 1],
        table[rightBase + 2]);
  }

  private String decoded(int string) {
    int base = string * JsonDocument.STRIDE;
    return JsonText.of(bytes, table[base + 1] + 1, table[base + 2] - 1).string();
  }

  private Malformed twin(int name) {
    return new Malformed(
        "a member stands twice in one object", table[name * JsonDocument.STRIDE + 1]);
  }

  private void word(String text, int kind) throws Malformed {
    int to = at + text.length();
    if (to > end) {
      throw new Malformed("it ends too early", end);
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[at + i] != text.charAt(i)) {
        throw new Malformed("a value was expected", at);
      }
    }
    add(kind, at, to);
    at = to;
  }

  private void number() throws Malformed {
    int from = at;
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
    add(NUMBER, from, at);
  }

  private void digits() throws Malformed {
    int from = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw new Malformed("a digit was expected", at);
    }
  }

  private void string() throws Malformed {
    int from = at++;
    int flags = STRING;
    while (true) {
      skipPlain();
      if (at >= end) {
        throw new Malformed("a string does not end", from);
      }
      byte b = bytes[at];
      if (b == '"') {
        at++;
        add(flags, from, at);
        return;
      }
      if (b == '\\') {
        flags |= ESCAPED;
        escape();
      } else if (b < 0) {
        int length = Utf8.length(bytes, at, end);
        if (length == 0) {
          throw new Malformed("it is not UTF-8", at);
        }
        at += length;
      } else {
        throw new Malformed("a control character stands in a string unescaped", at);
      }
    }
  }

  /// Moves to the next quote, backslash, control character, byte beyond ASCII, or the end.
  private void skipPlain() {
    int i = at;
    while (i + 8 <= end) {
      long word = (long) WORD.get(bytes, i);
      long quote = word ^ (ONES * '"');
      long backslash = word ^ (ONES * '\\');
      long hits =
          (word
                  | ((quote - ONES) & ~quote)
                  | ((backslash - ONES) & ~backslash)
                  | ((word - ONES * 0x20) & ~word))
              & HIGHS;
      if (hits != 0) {
        at = i + (Long.numberOfTrailingZeros(hits) >> 3);
        return;
      }
      i += 8;
    }
    while (i < end && bytes[i] >= 0x20 && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    at = i;
  }

  private void escape() throws Malformed {
    if (at + 1 >= end) {
      throw new Malformed("it ends too early", end);
    }
    switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at += 2;
      case 'u' -> {
        int unit = hex(at);
        if (Character.isHighSurrogate((char) unit)
            && at + 7 < end
            && bytes[at + 6] == '\\'
            && bytes[at + 7] == 'u'
            && Character.isLowSurrogate((char) hex(at + 6))) {
          at += 12;
          return;
        }
        if (Character.isSurrogate((char) unit) && loneSurrogate < 0) {
          loneSurrogate = at;
        }
        at += 6;
      }
      default -> throw new Malformed("an escape is unknown", at);
    }
  }

  private int hex(int backslash) throws Malformed {
    if (backslash + 6 > end) {
      throw new Malformed("it ends too early", end);
    }
    int unit = Utf8.hexUnit(bytes, backslash + 2);
    if (unit < 0) {
      throw new Malformed("an escape is no hexadecimal number", backslash);
    }
    return unit;
  }

  private boolean take(char wanted) {
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }

  /// Ends a scan; never leaves this class.
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final int offset;

    Malformed(String reason, int offset) {
      super(reason, null, false, false);
      this.reason = reason;
      this.offset = offset;
    }
  }
}
