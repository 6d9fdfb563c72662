package dev.gatewayctl.runtime.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Changes to an array of bytes: stretches that are replaced, everything else stays byte for byte.
public final class Splices {
  private static final class Splice {
    private final int from;
    private final int to;
    private final byte[] replacement;

    Splice(int from, int to, byte[] replacement) {
      this.from = from;
      this.to = to;
      this.replacement = replacement;
    }
  }

  private final List<Splice> splices = new ArrayList<>();

  /// Replaces the bytes from `from` up to `to`; an empty stretch inserts. Stretches may be added in
  /// any order; insertions at one place keep theirs.
  public void replace(int from, int to, byte[] replacement) {
    splices.add(new Splice(from, to, replacement));
  }

  public boolean isEmpty() {
    return splices.isEmpty();
  }

  /// The changed bytes; the array itself when nothing changes.
  ///
  /// @throws IllegalStateException when two stretches overlap
  public byte[] apply(byte[] source) {
    if (splices.isEmpty()) {
      return source;
    }
    splices.sort(Comparator.comparingInt((Splice s) -> s.from).thenComparingInt(s -> s.to));
    int size = source.length;
    int before = 0;
    for (Splice splice : splices) {
      if (splice.from < before) {
        throw new IllegalStateException("two changes overlap at byte " + splice.from);
      }
      before = splice.to;
      size += splice.replacement.length - (splice.to - splice.from);
    }
    byte[] out = new byte[size];
    int at = 0;
    int written = 0;
    for (Splice splice : splices) {
      int kept = splice.from - at;
      System.arraycopy(source, at, out, written, kept);
      written += kept;
      System.arraycopy(splice.replacement, 0, out, written, splice.replacement.length);
      written += splice.replacement.length;
      at = splice.to;
    }
    System.arraycopy(source, at, out, written, source.length - at);
    return out;
  }
}
