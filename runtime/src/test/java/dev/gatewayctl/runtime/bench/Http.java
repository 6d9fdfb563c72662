package dev.gatewayctl.runtime.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/// As much of HTTP/1.1 as the bench needs to know where one message ends.
final class Http {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] CHUNKS_END = "\r\n0\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] LENGTH = "content-length:".getBytes(ISO_8859_1);
  private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes(ISO_8859_1);

  private Http() {}

  /// Where the message at the start of the bytes ends, possibly behind what has come; 0 while that
  /// is not known. Chunks are taken to end where the bytes end in the last chunk: one message at a
  /// time is under way.
  static int messageEnd(byte[] bytes, int length) {
    int head = find(bytes, 0, length, HEAD_END);
    if (head < 0) {
      return 0;
    }
    int body = head + HEAD_END.length;
    int named = find(bytes, 0, head, LENGTH);
    if (named >= 0) {
      return body + number(bytes, named + LENGTH.length, head);
    }
    if (find(bytes, 0, head, CHUNKED) < 0) {
      return body;
    }
    return endsInLastChunk(bytes, length) ? length : 0;
  }

  private static int number(byte[] bytes, int from, int to) {
    int value = 0;
    for (int i = from; i < to && bytes[i] != '\r'; i++) {
      if (bytes[i] != ' ') {
        value = value * 10 + bytes[i] - '0';
      }
    }
    return value;
  }

  private static boolean endsInLastChunk(byte[] bytes, int length) {
    int begin = length - CHUNKS_END.length;
    return begin >= 0 && Arrays.equals(bytes, begin, length, CHUNKS_END, 0, CHUNKS_END.length);
  }

  /// Where the lower-case needle begins, whatever the case of the bytes; -1 when nowhere.
  static int find(byte[] bytes, int from, int to, byte[] needle) {
    for (int i = from; i <= to - needle.length; i++) {
      int k = 0;
      while (k < needle.length && lower(bytes[i + k]) == needle[k]) {
        k++;
      }
      if (k == needle.length) {
        return i;
      }
    }
    return -1;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
