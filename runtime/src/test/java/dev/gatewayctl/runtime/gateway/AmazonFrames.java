package dev.gatewayctl.runtime.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Spells frames of Amazon's event stream as their documentation says, apart from the code that is
/// tested.
final class AmazonFrames {
  private AmazonFrames() {}

  /// One event, written as its type, a blank and its JSON.
  static byte[] event(String line) throws IOException {
    int blank = line.indexOf(' ');
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":event-type", line.substring(0, blank));
    header(headers, ":content-type", "application/json");
    header(headers, ":message-type", "event");
    byte[] payload = line.substring(blank + 1).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.writeInt(12 + headers.size() + payload.length + 4);
    out.writeInt(headers.size());
    out.writeInt(checksum(frame));
    out.write(headers.toByteArray());
    out.write(payload);
    out.writeInt(checksum(frame));
    return frame.toByteArray();
  }

  private static void header(ByteArrayOutputStream headers, String name, String value)
      throws IOException {
    DataOutputStream out = new DataOutputStream(headers);
    out.writeByte(name.length());
    out.writeBytes(name);
    out.writeByte(7);
    out.writeShort(value.length());
    out.writeBytes(value);
  }

  private static int checksum(ByteArrayOutputStream written) {
    CRC32 crc = new CRC32();
    crc.update(written.toByteArray());
    return (int) crc.getValue();
  }
}
