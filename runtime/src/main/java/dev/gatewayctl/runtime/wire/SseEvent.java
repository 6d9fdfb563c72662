package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.Splices;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// One block of an event stream: its bytes as they came, and where its data lines stand in them.
public final class SseEvent implements Frame {
  private static final byte[] NEXT_LINE = "\ndata: ".getBytes(StandardCharsets.US_ASCII);

  private final byte[] raw;
  private final int[] segments;
  private final byte[] data;
  private final String name;

  /// A block.
  ///
  /// @param segments begin and end of each data line's value in `raw`
  /// @param name of its `event:` line, else empty
  SseEvent(byte[] raw, int[] segments, String name) {
    this.raw = raw;
    this.name = name;
    this.segments = segments;
    this.data = segments.length > 2 ? joined() : raw;
  }

  private byte[] joined() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < segments.length; i += 2) {
      if (i > 0) {
        out.write('\n');
      }
      out.write(raw, segments[i], segments[i + 1] - segments[i]);
    }
    return out.toByteArray();
  }

  /// The block as it came, line ends and all.
  @Override
  public byte[] raw() {
    return raw;
  }

  @Override
  public boolean hasData() {
    return segments.length > 0;
  }

  /// The array in which the data stands; the block itself when the data is one line.
  @Override
  public byte[] data() {
    return data;
  }

  @Override
  public int dataFrom() {
    return segments.length == 2 ? segments[0] : 0;
  }

  @Override
  public int dataTo() {
    return segments.length == 2 ? segments[1] : data.length;
  }

  /// The value of the `event:` line.
  @Override
  public String name() {
    return name;
  }

  /// The block with changes to [#data]; what is not data stays as it came.
  @Override
  public byte[] write(Splices changes) {
    if (changes.isEmpty()) {
      return raw;
    }
    if (segments.length == 2) {
      return changes.apply(raw);
    }
    byte[] changed = changes.apply(data);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int segment = 0;
    int at = 0;
    out.write(raw, 0, segments[0]);
    while (at <= changed.length) {
      int stop = at;
      while (stop < changed.length && changed[stop] != '\n') {
        stop++;
      }
      if (at > 0) {
        if (segment + 2 < segments.length) {
          out.write(raw, segments[segment + 1], segments[segment + 2] - segments[segment + 1]);
          segment += 2;
        } else {
          out.writeBytes(NEXT_LINE);
        }
      }
      out.write(changed, at, stop - at);
      at = stop + 1;
    }
    int tail = segments[segments.length - 1];
    out.write(raw, tail, raw.length - tail);
    return out.toByteArray();
  }
}
