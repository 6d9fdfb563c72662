package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.wire.Framing;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Cuts `application/vnd.amazon.eventstream` into its messages: length of the whole, length of the
/// headers, checksum of those two, headers, payload, checksum of all before; big-endian, checksums
/// as CRC-32 of ISO 3309.
///
/// No length is believed before its checksum was right, so bytes that are no event stream end the
/// reading after twelve of them. The bounds are those of the format's own description.
final class EventStreamFraming implements Framing {
  /// The largest message.
  static final int MAX_MESSAGE = 24 * 1024 * 1024;

  /// The most bytes of headers in one message.
  static final int MAX_HEADERS = 128 * 1024;

  static final int PRELUDE = 12;
  static final int CHECKSUM = 4;

  private static final int FIRST_BUFFER = 4 * 1024;

  private byte[] buffer = new byte[FIRST_BUFFER];
  private int start;
  private int end;
  private @Nullable String failure;

  @Override
  public void feed(byte[] bytes, int from, int to) {
    if (failure != null) {
      return;
    }
    int more = to - from;
    if (start > 0 && buffer.length - end < more) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (buffer.length - end < more) {
      buffer = Arrays.copyOf(buffer, Math.max(end + more, buffer.length * 2));
    }
    System.arraycopy(bytes, from, buffer, end, more);
    end += more;
  }

  @Override
  public @Nullable EventStreamFrame next() {
    if (failure != null || end - start < PRELUDE) {
      return null;
    }
    long total = Integer.toUnsignedLong(number(buffer, start));
    long headers = Integer.toUnsignedLong(number(buffer, start + 4));
    failure = prelude(total, headers);
    if (failure != null || end - start < total) {
      return null;
    }
    byte[] raw = Arrays.copyOfRange(buffer, start, start + (int) total);
    start += raw.length;
    if (start == end) {
      start = 0;
      end = 0;
    }
    if (checksum(raw, 0, raw.length - CHECKSUM) != number(raw, raw.length - CHECKSUM)) {
      failure = "the checksum of a message is wrong";
      return null;
    }
    EventStreamFrame frame = EventStreamFrame.read(raw, PRELUDE + (int) headers);
    if (frame == null) {
      failure = "the headers of a message cannot be read";
    }
    return frame;
  }

  private @Nullable String prelude(long total, long headers) {
    if (checksum(buffer, start, start + 8) != number(buffer, start + 8)) {
      return "the checksum of a message's lengths is wrong";
    }
    if (total > MAX_MESSAGE) {
      return "a message is larger than " + MAX_MESSAGE + " bytes";
    }
    if (headers > MAX_HEADERS) {
      return "the headers of a message are larger than " + MAX_HEADERS + " bytes";
    }
    return PRELUDE + headers + CHECKSUM > total ? "the lengths of a message do not fit" : null;
  }

  /// Half a message stands for nothing.
  @Override
  public @Nullable EventStreamFrame rest() {
    return null;
  }

  @Override
  public @Nullable String failure() {
    return failure;
  }

  static int number(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  static int checksum(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
