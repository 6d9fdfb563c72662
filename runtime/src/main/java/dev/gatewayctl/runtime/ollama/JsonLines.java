package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts `application/x-ndjson` into its lines: one JSON value each, ended by a line feed.
final class JsonLines implements Framing {
  /// The longest line.
  static final int MAX_LINE = SseReader.MAX_EVENT_BYTES;

  private static final int FIRST_BUFFER = 4 * 1024;

  private byte[] buffer = new byte[FIRST_BUFFER];
  private int start;
  private int scanned;
  private int end;
  private @Nullable String failure;

  /// A line with its end.
  private static final class Line implements Frame {
    private final byte[] raw;
    private final int to;

    Line(byte[] raw) {
      this.raw = raw;
      int last = raw.length;
      while (last > 0 && (raw[last - 1] == '\n' || raw[last - 1] == '\r')) {
        last--;
      }
      this.to = last;
    }

    @Override
    public byte[] raw() {
      return raw;
    }

    @Override
    public boolean hasData() {
      for (int i = 0; i < to; i++) {
        if (raw[i] != ' ' && raw[i] != '\t') {
          return true;
        }
      }
      return false;
    }

    @Override
    public byte[] data() {
      return raw;
    }

    @Override
    public int dataFrom() {
      return 0;
    }

    @Override
    public int dataTo() {
      return to;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public byte[] write(Splices changes) {
      return changes.apply(raw);
    }
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    if (failure != null) {
      return;
    }
    int more = to - from;
    if (start > 0 && buffer.length - end < more) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      scanned -= start;
      start = 0;
    }
    if (buffer.length - end < more) {
      buffer = Arrays.copyOf(buffer, Math.max(end + more, buffer.length * 2));
    }
    System.arraycopy(bytes, from, buffer, end, more);
    end += more;
  }

  @Override
  public @Nullable Frame next() {
    if (failure != null) {
      return null;
    }
    while (scanned < end && buffer[scanned] != '\n') {
      scanned++;
    }
    if (scanned - start > MAX_LINE) {
      failure = "a line is longer than " + MAX_LINE + " bytes";
      return null;
    }
    if (scanned == end) {
      return null;
    }
    scanned++;
    return cut(scanned);
  }

  private Frame cut(int to) {
    Frame line = new Line(Arrays.copyOfRange(buffer, start, to));
    start = to;
    if (start == end) {
      start = 0;
      scanned = 0;
      end = 0;
    }
    return line;
  }

  @Override
  public @Nullable Frame rest() {
    return failure != null || start == end ? null : cut(end);
  }

  @Override
  public @Nullable String failure() {
    return failure;
  }
}
