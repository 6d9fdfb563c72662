package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a streamed answer into frames: events, or without `alt=sse` the items of one JSON array.
/// Which it is shows in the first byte that is no white space. What is neither, such as a page of
/// HTML or one whole object, is kept as one frame to the end, so that nothing of it passes unread.
///
/// A frame of an array is an item with everything before it that belongs to none: the bracket or
/// the comma. The closing bracket is a frame of its own.
final class GeminiFraming implements Framing {
  /// The largest item, and the largest answer that is neither events nor an array.
  static final int MAX_BYTES = SseReader.MAX_EVENT_BYTES;

  enum Form {
    UNKNOWN,
    EVENTS,
    ARRAY,
    DOCUMENT
  }

  private final SseReader events = new SseReader();
  private Form form = Form.UNKNOWN;
  private byte[] buffer = new byte[4096];

  /// Where what is not given out begins.
  private int start;

  private int end;
  private int at;
  private int itemFrom = -1;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean opened;
  private boolean closed;
  private boolean scalar;
  private @Nullable String failure;

  /// An item of the array, the closing bracket, or the white space after it.
  @SuppressWarnings("ArrayRecordComponent") // one frame with one reader
  private record Item(byte[] raw, int dataFrom, int dataTo) implements Frame {
    @Override
    public boolean hasData() {
      return dataTo > dataFrom;
    }

    @Override
    public byte[] data() {
      return raw;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public byte[] write(Splices changes) {
      return changes.apply(raw);
    }

    @Override
    public String toString() {
      return "Item(" + raw.length + " bytes)";
    }
  }

  /// How the answer is framed, as far as it is known.
  Form form() {
    return form;
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    if (failure != null) {
      return;
    }
    if (form == Form.EVENTS) {
      events.feed(bytes, from, to);
      return;
    }
    int more = to - from;
    if (end - start + more > MAX_BYTES + 1024 * 1024) {
      failure = tooLarge();
      return;
    }
    if (end + more > buffer.length) {
      makeRoom(more);
    }
    System.arraycopy(bytes, from, buffer, end, more);
    end += more;
    if (form == Form.UNKNOWN) {
      detect();
    }
  }

  private void makeRoom(int more) {
    int kept = end - start;
    byte[] target =
        kept + more > buffer.length
            ? new byte[Math.max(kept + more, Math.min(2 * buffer.length, 2 * MAX_BYTES))]
            : buffer;
    System.arraycopy(buffer, start, target, 0, kept);
    buffer = target;
    at -= start;
    itemFrom -= itemFrom < 0 ? 0 : start;
    end = kept;
    start = 0;
  }

  private static String tooLarge() {
    return "an event is larger than " + MAX_BYTES + " bytes";
  }

  private void detect() {
    int first = 0;
    while (first < end && isSpace(buffer[first])) {
      first++;
    }
    if (first == end) {
      return;
    }
    form =
        switch (buffer[first]) {
          case '[' -> Form.ARRAY;
          // The fields of an event, a comment, a byte order mark.
          case 'd', 'e', 'i', 'r', ':', (byte) 0xef -> Form.EVENTS;
          default -> Form.DOCUMENT;
        };
    if (form == Form.EVENTS) {
      events.feed(buffer, 0, end);
      end = 0;
    }
  }

  @Override
  public @Nullable Frame next() {
    if (form == Form.EVENTS) {
      return events.next();
    }
    if (form != Form.ARRAY || failure != null) {
      return null;
    }
    Frame item = item();
    if (item == null && end - start > MAX_BYTES) {
      failure = tooLarge();
    }
    return item;
  }

  /// The next whole item, if it is there.
  private @Nullable Frame item() {
    while (at < end) {
      byte b = buffer[at];
      if (itemFrom < 0) {
        Frame bracket = between(b);
        if (bracket != null || failure != null) {
          return bracket;
        }
      } else if (scalar) {
        if (b == ',' || b == ']' || isSpace(b)) {
          return cut(at);
        }
        at++;
      } else {
        at++;
        if (inside(b)) {
          return cut(at);
        }
      }
    }
    return null;
  }

  /// A byte outside of items; the frame that it completes, if it does.
  private @Nullable Frame between(byte b) {
    if (isSpace(b)) {
      at++;
    } else if (closed) {
      failure = "there is more after the end of the array";
    } else if (!opened) {
      opened = true;
      at++;
    } else if (b == ',') {
      at++;
    } else if (b == ']') {
      closed = true;
      itemFrom = at;
      at++;
      return cut(at);
    } else {
      itemFrom = at;
      scalar = b != '{' && b != '[';
    }
    return null;
  }

  /// A byte of an object or a list; whether it ends it.
  private boolean inside(byte b) {
    if (inString) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
      }
      return false;
    }
    switch (b) {
      case '"' -> inString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {
        return false;
      }
    }
    return depth == 0 && !inString;
  }

  private Frame cut(int after) {
    byte[] raw = Arrays.copyOfRange(buffer, start, after);
    Item item = new Item(raw, itemFrom - start, raw.length);
    start = after;
    itemFrom = -1;
    scalar = false;
    return item;
  }

  @Override
  public @Nullable Frame rest() {
    if (form == Form.EVENTS) {
      return events.rest();
    }
    if (failure != null || end == start) {
      return null;
    }
    byte[] raw = Arrays.copyOfRange(buffer, start, end);
    int from = form == Form.DOCUMENT ? 0 : itemFrom < 0 ? raw.length : itemFrom - start;
    start = end;
    itemFrom = -1;
    return new Item(raw, from, raw.length);
  }

  @Override
  public @Nullable String failure() {
    return failure == null ? events.failure() : failure;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
