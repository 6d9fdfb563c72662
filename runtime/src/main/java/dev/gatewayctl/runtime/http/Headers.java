package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The fields of a message head, in order; names are lower-case, values carry no control character
/// but the tab and are Latin-1 (one `char` a byte on the wire).
///
/// Fields that were received stay the bytes that they came as, with the places of name and value:
/// strings are made of those only that somebody asks for, and a field that is passed on by [#copy]
/// is written from the same bytes.
///
/// A growing list for one owner at a time: not thread-safe, cheap to fill, searched by scanning
/// (heads hold a dozen fields). Printing shows names only: values hold credentials.
public final class Headers {
  private static final int FIRST_CAPACITY = 12;
  private static final byte[] NOTHING = {};
  private static final int[] NOWHERE = {};
  private static final @Nullable String[] NONE = {};

  /// Places of a field in [#source]: of its name, of its value, and after it.
  private static final int PLACES = 3;

  private static final int ADDED = -1;

  private byte[] source = NOTHING;
  private int[] places = NOWHERE;
  private @Nullable String[] names = NONE;
  private @Nullable String[] values = NONE;
  private int used;

  private Headers() {}

  private Headers(int capacity) {
    reserve(capacity);
  }

  /// An empty list.
  public static Headers empty() {
    return new Headers();
  }

  /// From alternating names and values.
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values come in pairs");
    }
    Headers headers = new Headers(Math.max(namesAndValues.length / 2, 1));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  /// An empty list for fields that stand in `source`, which nobody changes any more but for the
  /// case of names before they are noted.
  static Headers in(byte[] source, int capacity) {
    Headers headers = new Headers(capacity);
    headers.source = source;
    return headers;
  }

  /// Appends a field of the source, checked and with its name in lower case already. `known` is the
  /// shared string of the name, if there is one.
  void note(@Nullable String known, int name, int value, int end) {
    grow();
    names[used] = known;
    place(name, value, end);
    used++;
  }

  private void place(int name, int value, int end) {
    int at = used * PLACES;
    places[at] = name;
    places[at + 1] = value;
    places[at + 2] = end;
  }

  private void grow() {
    if (used == names.length) {
      reserve(Math.max(FIRST_CAPACITY, used * 2));
    }
  }

  private void reserve(int capacity) {
    places = Arrays.copyOf(places, capacity * PLACES);
    names = Arrays.copyOf(names, capacity);
    values = Arrays.copyOf(values, capacity);
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

  private void append(String lowerName, String value) {
    grow();
    names[used] = lowerName;
    values[used] = value;
    place(ADDED, 0, 0);
    used++;
  }

  /// Appends the field at `index` of another list as it stands there; received bytes are shared,
  /// not copied.
  public Headers copy(Headers other, int index) {
    Objects.checkIndex(index, other.used);
    int at = index * PLACES;
    if (other.places[at] == ADDED || (source.length > 0 && !isSame(source, other.source))) {
      append(other.name(index), other.value(index));
      return this;
    }
    source = other.source;
    grow();
    names[used] = other.names[index];
    values[used] = other.values[index];
    place(other.places[at], other.places[at + 1], other.places[at + 2]);
    used++;
    return this;
  }

  @SuppressWarnings("ReferenceEquality") // equal bytes elsewhere would do as well, but cost more
  private static boolean isSame(byte[] one, byte[] other) {
    return one == other;
  }

  /// Puts one field in the place of all of that name.
  public Headers set(String name, String value) {
    remove(name);
    return add(name, value);
  }

  /// Takes out all fields of that name.
  public Headers remove(String name) {
    int kept = 0;
    for (int i = 0; i < used; i++) {
      if (!isNamed(i, name)) {
        if (kept < i) {
          names[kept] = names[i];
          values[kept] = values[i];
          System.arraycopy(places, i * PLACES, places, kept * PLACES, PLACES);
        }
        kept++;
      }
    }
    Arrays.fill(names, kept, used, null);
    Arrays.fill(values, kept, used, null);
    used = kept;
    return this;
  }

  /// The first value of that name, in any case.
  public @Nullable String first(String name) {
    for (int i = 0; i < used; i++) {
      if (isNamed(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  /// All values of that name, in order.
  public List<String> all(String name) {
    List<String> all = new ArrayList<>(2);
    for (int i = 0; i < used; i++) {
      if (isNamed(i, name)) {
        all.add(value(i));
      }
    }
    return all;
  }

  /// Whether the field at `index` has that name, in any case.
  boolean isNamed(int index, String name) {
    String own = names[index];
    if (own != null) {
      return own.equalsIgnoreCase(name);
    }
    int from = places[index * PLACES];
    return from + name.length() < source.length
        && source[from + name.length()] == ':'
        && name.equalsIgnoreCase(name(index));
  }

  /// How many fields there are.
  public int size() {
    return used;
  }

  /// The lower-case name of the field at `index`.
  public String name(int index) {
    Objects.checkIndex(index, used);
    String name = names[index];
    if (name == null) {
      int from = places[index * PLACES];
      name = new String(source, from, nameEnd(from) - from, ISO_8859_1);
      names[index] = name;
    }
    return name;
  }

  /// The value of the field at `index`.
  public String value(int index) {
    Objects.checkIndex(index, used);
    String value = values[index];
    if (value == null) {
      int from = places[index * PLACES + 1];
      value = new String(source, from, places[index * PLACES + 2] - from, ISO_8859_1);
      values[index] = value;
    }
    return value;
  }

  private int nameEnd(int from) {
    int colon = from;
    while (source[colon] != ':') {
      colon++;
    }
    return colon;
  }

  /// Writes `name: value` of the field at `index`, without a line end.
  void write(int index, Outbound out) {
    int from = places[index * PLACES];
    if (from == ADDED) {
      out.append(name(index));
      out.append(HeadBytes.COLON);
      out.append(value(index));
      return;
    }
    String known = names[index];
    int colon = known == null ? nameEnd(from) : from + known.length();
    int value = places[index * PLACES + 1];
    int end = places[index * PLACES + 2];
    if (value == colon + 2 && source[colon + 1] == ' ') {
      out.append(source, from, end);
    } else {
      out.append(source, from, colon);
      out.append(HeadBytes.COLON);
      out.append(source, value, end);
    }
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
    List<String> shown = new ArrayList<>(used);
    for (int i = 0; i < used; i++) {
      shown.add(name(i));
    }
    return shown.toString();
  }
}
