package dev.gatewayctl.runtime.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Findings that overlap and are masked together, as one.
final class MaskedSpan {
  final long start;
  private final List<Sighting> members = new ArrayList<>();
  private int keep;

  MaskedSpan(Sighting first, int keep) {
    this.start = first.start;
    this.keep = keep;
    members.add(first);
  }

  void add(Sighting more, int keepOfMore) {
    members.add(more);
    keep = Math.min(keep, keepOfMore);
  }

  /// After the last byte that is known to belong.
  long end() {
    long end = 0;
    for (Sighting member : members) {
      end = Math.max(end, member.end);
    }
    return end;
  }

  boolean isOpen() {
    for (Sighting member : members) {
      if (member.open) {
        return true;
      }
    }
    return false;
  }

  /// The kind that the span is named after: that of the longest finding, in bytes; of two as long,
  /// the first by name.
  String kind() {
    Sighting named = members.getFirst();
    for (Sighting member : members) {
      long more = member.end - member.start - (named.end - named.start);
      if (more > 0 || (more == 0 && member.detector.kind().compareTo(named.detector.kind()) < 0)) {
        named = member;
      }
    }
    return named.detector.kind();
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
