package dev.gatewayctl.runtime.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Findings that overlap and are masked together, as one.
///
/// Of those whose end is known only the one that the span may be named after is kept, so that an
/// endless tail may hold any number of findings. Open ones are few: at most one for each pattern.
final class MaskedSpan {
  final long start;
  private final List<Sighting> open = new ArrayList<>();
  private @Nullable Sighting longest;
  private int keep;

  /// After the last byte of those whose end is known.
  private long end;

  MaskedSpan(Sighting first, int keep) {
    this.start = first.start;
    this.keep = keep;
    open.add(first);
  }

  void add(Sighting more, int keepOfMore) {
    settle();
    open.add(more);
    keep = Math.min(keep, keepOfMore);
  }

  /// How many findings are kept.
  int kept() {
    return open.size() + 1;
  }

  private void settle() {
    for (int i = open.size() - 1; i >= 0; i--) {
      Sighting member = open.get(i);
      if (!member.open) {
        end = Math.max(end, member.end);
        longest = nameGiver(longest, member);
        open.remove(i);
      }
    }
  }

  /// After the last byte that is known to belong.
  long end() {
    long last = end;
    for (Sighting member : open) {
      last = Math.max(last, member.end);
    }
    return last;
  }

  boolean isOpen() {
    for (Sighting member : open) {
      if (member.open) {
        return true;
      }
    }
    return false;
  }

  /// The kind that the span is named after: that of the longest finding, in bytes; of two as long,
  /// the first by name.
  String kind() {
    Sighting named = nameGiver(longest, open.getFirst());
    for (Sighting member : open) {
      named = nameGiver(named, member);
    }
    return named.detector.kind();
  }

  private static Sighting nameGiver(@Nullable Sighting one, Sighting other) {
    if (one == null) {
      return other;
    }
    long more = other.end - other.start - (one.end - one.start);
    boolean earlier = other.detector.kind().compareTo(one.detector.kind()) < 0;
    return more > 0 || (more == 0 && earlier) ? other : one;
  }

  /// What is written in its place: `[EMAIL]`, or `*` and the last characters. A span that has no
  /// more characters than are kept is written over whole.
  byte[] replacement(Held held) {
    if (keep > MaskPlan.PLAIN) {
      int end = held.index(end());
      int floor = Math.max(held.from, held.index(Math.max(start, held.position(held.from))));
      int from = end;
      for (int kept = 0; kept < keep && from > floor; ) {
        from--;
        if ((held.bytes[from] & 0xC0) != 0x80) {
          kept++;
        }
      }
      if (held.position(from) > start) {
        byte[] replacement = new byte[1 + end - from];
        replacement[0] = '*';
        System.arraycopy(held.bytes, from, replacement, 1, end - from);
        return replacement;
      }
    }
    return ("[" + kind().toUpperCase(Locale.ROOT) + "]").getBytes(StandardCharsets.UTF_8);
  }
}
