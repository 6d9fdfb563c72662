package dev.gatewayctl.runtime.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The fields of a message head, in order; names are lower-case, values carry no control character
/// but the tab and are Latin-1 (one `char` a byte on the wire).
///
/// A growing list for one owner at a time: not thread-safe, cheap to fill, searched by scanning
/// (heads hold a dozen fields). Printing shows names only: values hold credentials.
public final class Headers {
  private static final int FIRST_CAPACITY = 32;

  private @Nullable String[] pairs;
  private int used;

  private Headers(int capacity) {
    pairs = new String[capacity];
  }

  /// An empty list.
  public static Headers empty() {
    return new Headers(FIRST_CAPACITY);
  }

  /// From alternating names and values.
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values come in pairs");
    }
    Headers headers = new Headers(Math.max(namesAndValues.length, 2));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  /// Appends a field; throws `IllegalArgumentException` for a name that is no token or a value that
  /// could break the framing (CR, LF, NUL, other controls, above Latin-1).
  public Headers add(String name, String value) {
    String lower = HeadBytes.knownName(name);
    if (lower == null) {
      lower = name.toLowerCase(Locale.ROOT);
      requireToken(lower);
    }
    requireValue(lower, value);
    append(lower, value);
    return this;
  }

  /// Appends what the head parser has checked already.
  void append(String lowerName, String value) {
    if (used == pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.max(FIRST_CAPACITY, used * 2));
    }
    pairs[used++] = lowerName;
    pairs[used++] = value;
  }

  /// Puts one field in the place of all of that name.
  public Headers set(String name, String value) {
    remove(name);
    return add(name, value);
  }

  /// Takes out all fields of that name.
  public Headers remove(String name) {
    int kept = 0;
    for (int i = 0; i < used; i += 2) {
      if (!name.equalsIgnoreCase(pairs[i])) {
        pairs[kept] = pairs[i];
        pairs[kept + 1] = pairs[i + 1];
        kept += 2;
      }
    }
    Arrays.fill(pairs, kept, used, null);
    used = kept;
    return this;
  }

  /// The first value of that name, in any case.
  public @Nullable String first(String name) {
    for (int i = 0; i < used; i += 2) {
      if (name.equalsIgnoreCase(pairs[i])) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  /// All values of that name, in order.
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < size(); i++) {
      if (name.equalsIgnoreCase(name(i))) {
        values.add(value(i));
      }
    }
    return values;
  }

  /// How many fields there are.
  public int size() {
    return used / 2;
  }

  /// The lower-case name of the field at `index`.
  public String name(int index) {
    Objects.checkIndex(index, size());
    return Objects.requireNonNull(pairs[index * 2]);
  }

  /// The value of the field at `index`.
  public String value(int index) {
    Objects.checkIndex(index, size());
    return Objects.requireNonNull(pairs[index * 2 + 1]);
  }

  private static void requireToken(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header name is empty");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!HeadBytes.isToken(name.charAt(i))) {
        throw new IllegalArgumentException("a header name holds a character that no token has");
      }
    }
  }

  private static void requireValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException("the value of header " + name + " cannot be sent");
      }
    }
  }

  @Override
  public String toString() {
    List<String> names = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      names.add(name(i));
    }
    return names.toString();
  }
}
