package dev.gatewayctl.runtime.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Numbers byte strings in the order in which they are first seen, without making an object for one
/// that is known.
final class ByteKeys {
  private byte[] @Nullable [] keys = new byte[64][];
  private int[] hashes = new int[64];
  private int[] numbers = new int[64];
  private int size;

  int size() {
    return size;
  }

  /// The number of the bytes from `from` up to `to`; that of new ones is the size before.
  int number(byte[] bytes, int from, int to) {
    int hash = hash(bytes, from, to);
    int mask = keys.length - 1;
    int at = hash & mask;
    for (byte[] key = keys[at]; key != null; key = keys[at]) {
      if (hashes[at] == hash && Arrays.equals(key, 0, key.length, bytes, from, to)) {
        return numbers[at];
      }
      at = (at + 1) & mask;
    }
    keys[at] = Arrays.copyOfRange(bytes, from, to);
    hashes[at] = hash;
    numbers[at] = size++;
    if (size * 2 > keys.length) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    byte[] @Nullable [] oldKeys = keys;
    int[] oldHashes = hashes;
    int[] oldNumbers = numbers;
    keys = new byte[oldKeys.length * 2][];
    hashes = new int[keys.length];
    numbers = new int[keys.length];
    int mask = keys.length - 1;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int at = oldHashes[i] & mask;
        while (keys[at] != null) {
          at = (at + 1) & mask;
        }
        keys[at] = oldKeys[i];
        hashes[at] = oldHashes[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ (hash >>> 15);
  }
}
