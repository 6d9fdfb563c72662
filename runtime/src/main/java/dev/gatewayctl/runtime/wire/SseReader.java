package dev.gatewayctl.runtime.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a byte stream apart into the blocks of the event stream format (WHATWG HTML, 9.2): lines
/// end with LF, CR or CRLF, a blank line ends a block, a byte order mark may stand first. Bytes may
/// come cut anywhere; all blocks together are always all bytes that came.
///
/// After a CR an LF may follow in the next chunk. Where lines were seen to end with CRLF, the block
/// waits for it; else the block goes at once and the LF, should it come, is a block of its own.
public final class SseReader implements Framing {
  /// The largest block: image and file parts come as events of megabytes.
  public static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);

  /// The most data lines of a block.
  private static final int MAX_DATA_LINES = 10_000;

  private byte[] buffer = new byte[4096];
  private int eventStart;
  private int lineStart;
  private int scan;
  private int end;
  private int[] segments = new int[2];
  private int segmentCount;
  private int nameFrom;
  private int nameTo;
  private boolean firstLine = true;
  private boolean crlf;
  private boolean loneCr;
  private boolean overflowed;

  @Override
  public void feed(byte[] bytes, int from, int to) {
    int more = to - from;
    if (end + more > buffer.length) {
      int kept = end - eventStart;
      if (kept + more > MAX_EVENT_BYTES + 1024 * 1024) {
        overflowed = true;
        return;
      }
      int capacity = buffer.length;
      while (capacity < kept + more) {
        capacity *= 2;
      }
      byte[] target = capacity == buffer.length ? buffer : new byte[capacity];
      System.arraycopy(buffer, eventStart, target, 0, kept);
      buffer = target;
      scan -= eventStart;
      lineStart -= eventStart;
      end = kept;
      eventStart = 0;
    }
    System.arraycopy(bytes, from, buffer, end, more);
    end += more;
  }

  @Override
  public @Nullable String failure() {
    return overflowed ? "an event is larger than " + MAX_EVENT_BYTES + " bytes" : null;
  }

  /// The next whole block, if it is there.
  @Override
  public @Nullable SseEvent next() {
    while (!overflowed && scan < end) {
      byte b = buffer[scan];
      if (b != '\n' && b != '\r') {
        scan++;
        loneCr = false;
        continue;
      }
      if (b == '\n' && loneCr && scan == lineStart) {
        loneCr = false;
        crlf = true;
        scan++;
        lineStart = scan;
        if (eventStart == scan - 1) {
          return cut(scan);
        }
        continue;
      }
      int after = scan + 1;
      if (b == '\r') {
        if (after < end) {
          if (buffer[after] == '\n') {
            after++;
            crlf = true;
          }
        } else if (crlf) {
          return null;
        } else {
          loneCr = true;
        }
      }
      boolean blank = scan == lineStart;
      if (!blank) {
        line(lineStart, scan);
      }
      scan = after;
      lineStart = after;
      if (blank) {
        return cut(after);
      }
    }
    if (end - eventStart > MAX_EVENT_BYTES) {
      overflowed = true;
    }
    return null;
  }

  /// What is left when the stream has ended, without the blank line that would end it; null when
  /// nothing is left.
  @Override
  public @Nullable SseEvent rest() {
    if (overflowed || eventStart == end) {
      return null;
    }
    if (scan > lineStart || lineStart < end) {
      int stop = end;
      if (stop > lineStart && buffer[stop - 1] == '\r') {
        stop--;
      }
      if (stop > lineStart) {
        line(lineStart, stop);
      }
    }
    scan = end;
    lineStart = end;
    return cut(end);
  }

  private SseEvent cut(int after) {
    byte[] raw = Arrays.copyOfRange(buffer, eventStart, after);
    String name =
        nameTo > nameFrom
            ? new String(raw, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8)
            : "";
    SseEvent event = new SseEvent(raw, Arrays.copyOf(segments, segmentCount), name);
    segmentCount = 0;
    nameFrom = 0;
    nameTo = 0;
    eventStart = after;
    if (eventStart == end) {
      eventStart = 0;
      lineStart = 0;
      scan = 0;
      end = 0;
    }
    return event;
  }

  private void line(int lineFrom, int to) {
    int from = lineFrom;
    if (firstLine) {
      firstLine = false;
      boolean mark =
          to - from >= 3
              && buffer[from] == (byte) 0xef
              && buffer[from + 1] == (byte) 0xbb
              && buffer[from + 2] == (byte) 0xbf;
      from += mark ? 3 : 0;
    }
    boolean data = isField(DATA, from, to);
    if (!data && !isField(EVENT, from, to)) {
      return;
    }
    int value = Math.min(to, from + (data ? DATA : EVENT).length + 1);
    if (value < to && buffer[value] == ' ') {
      value++;
    }
    if (!data) {
      nameFrom = value - eventStart;
      nameTo = to - eventStart;
      return;
    }
    if (segmentCount == 2 * MAX_DATA_LINES) {
      overflowed = true;
      return;
    }
    if (segmentCount == segments.length) {
      segments = Arrays.copyOf(segments, segments.length * 2);
    }
    segments[segmentCount++] = value - eventStart;
    segments[segmentCount++] = to - eventStart;
  }

  /// Whether a line has that field's name, with or without a value.
  private boolean isField(byte[] name, int from, int to) {
    return to - from >= name.length
        && Arrays.equals(buffer, from, from + name.length, name, 0, name.length)
        && (to - from == name.length || buffer[from + name.length] == ':');
  }
}
