package dev.gatewayctl.runtime.inspect;

/// Shannon's entropy of the bytes of a token: what is typed by hand repeats itself.
final class Entropy {
  private Entropy() {}

  /// Bits per byte, from 0 to 8, of `text[from, to)`; 0 when there is none.
  static double bitsPerByte(byte[] text, int from, int to) {
    int[] counts = new int[256];
    for (int i = from; i < to; i++) {
      counts[text[i] & 0xFF]++;
    }
    double total = to - from;
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits -= count / total * Math.log(count / total);
      }
    }
    return bits / Math.log(2);
  }
}
