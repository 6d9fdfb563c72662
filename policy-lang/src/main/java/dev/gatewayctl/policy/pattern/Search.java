package dev.gatewayctl.policy.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How far one pattern has come in one text.
final class Search {
  private final Rule rule;
  private final Dfa.Cursor forward;
  private Dfa.@Nullable Cursor tail;
  private Dfa.@Nullable Cursor undecided;

  /// No match begins before this position any more.
  private long next;

  /// Where the open tail has come to; -1 when none is open.
  private long tailEnd = -1;

  /// Positions where matches may begin, ascending, in `[first, last)`.
  private long[] starts = new long[4];

  private int first;
  private int last;

  /// The ends of matches at the start that was run last, ascending.
  private int[] ends = new int[8];

  private int endCount;

  Search(Rule rule) {
    this.rule = rule;
    this.forward = new Dfa.Cursor(rule.forward);
  }

  void reset() {
    next = 0;
    tailEnd = -1;
    first = 0;
    last = 0;
  }

  /// The position before which this pattern has nothing to report, as far as its known candidates
  /// and its open tail go.
  long settled(long end) {
    return tailEnd >= 0 ? tailEnd : first < last ? starts[first] : end;
  }

  boolean idle() {
    return tailEnd < 0 && first == last;
  }

  /// A match may begin here.
  void candidate(long start) {
    if (start < next) {
      return;
    }
    int at = last;
    while (at > first && starts[at - 1] > start) {
      at--;
    }
    if (at > first && starts[at - 1] == start) {
      return;
    }
    if (last == starts.length) {
      makeRoom();
      at = Math.min(at, last);
      while (at > first && starts[at - 1] > start) {
        at--;
      }
    }
    System.arraycopy(starts, at, starts, at + 1, last - at);
    starts[at] = start;
    last++;
  }

  private void makeRoom() {
    int count = last - first;
    long[] target = count > starts.length / 2 ? new long[2 * starts.length] : starts;
    System.arraycopy(starts, first, target, 0, count);
    starts = target;
    first = 0;
    last = count;
  }

  /// Resolves what can be resolved.
  void advance(Window window, Matches matches) {
    while (true) {
      if (tailEnd >= 0 && !swallow(window, matches)) {
        return;
      }
      while (first < last && starts[first] < next) {
        first++;
      }
      if (first == last) {
        return;
      }
      int start = window.index(starts[first]);
      if (!run(window, start)) {
        return;
      }
      if (endCount > 0) {
        if (!window.ended && isUndecidedBefore(window, start)) {
          return;
        }
        offer(window, start, matches);
      }
      first++;
    }
  }

  private void offer(Window window, int start, Matches matches) {
    next = window.base + start + 1;
    for (int i = endCount - 1; i >= 0; i--) {
      int end = ends[i];
      if (matches.accept(rule.number, window.bytes, start, end, window.base + start)) {
        next = window.base + end;
        tailEnd = rule.tail == null ? -1 : next;
        return;
      }
    }
  }

  /// Reads from a start as far as a match can go and notes the ends. False: more text is needed.
  private boolean run(Window window, int start) {
    endCount = 0;
    int value = forward.start(window.behind(start));
    long most = (long) start + rule.longest;
    int limit = (int) Math.min(window.to, most);
    int index = start;
    while (true) {
      if (value < 0) {
        int matching = (value >>> Dfa.MATCH_SHIFT) & Side.ANY;
        if (matching != 0 && index > start) {
          int ahead = matching == Side.ANY ? Side.OTHER : window.ahead(index);
          if (ahead == Side.UNKNOWN) {
            return false;
          }
          if (((matching >> ahead) & 1) != 0) {
            addEnd(index);
          }
        }
        if ((value & Dfa.TERMINAL) != 0) {
          return true;
        }
      }
      if (index == limit) {
        return window.ended || index == most;
      }
      byte read = window.bytes[index++];
      value = forward.tables.transitions[forward.row + forward.classOf(read)];
      if (value == 0) {
        value = forward.step(read);
      } else {
        forward.row = value & Dfa.ROW;
      }
    }
  }

  private void addEnd(int end) {
    if (endCount == ends.length) {
      ends = Arrays.copyOf(ends, 2 * endCount);
    }
    ends[endCount++] = end;
  }

  /// Whether a match may have begun before this start that later text decides.
  private boolean isUndecidedBefore(Window window, int start) {
    Dfa.Cursor cursor = undecided;
    if (cursor == null) {
      cursor = new Dfa.Cursor(rule.undecided());
      undecided = cursor;
    }
    int floor =
        Math.max(window.from, window.index(Math.max(next, window.base + window.to - rule.longest)));
    return window.earliestUndecided(cursor, floor) < start;
  }

  /// Reads on in the open tail. True: it has ended.
  private boolean swallow(Window window, Matches matches) {
    Dfa tailDfa = rule.tail;
    if (tailDfa == null) {
      return true;
    }
    Dfa.Cursor cursor = tail;
    if (cursor == null) {
      cursor = new Dfa.Cursor(tailDfa);
      tail = cursor;
    }
    int index = window.index(tailEnd);
    cursor.start(Side.OTHER);
    while (index < window.to) {
      byte read = window.bytes[index++];
      int value = cursor.tables.transitions[cursor.row + cursor.classOf(read)];
      if (value == 0) {
        value = cursor.step(read);
      } else {
        cursor.row = value & Dfa.ROW;
      }
      if (value < 0) {
        if ((value & Dfa.TERMINAL) != 0) {
          return close(matches);
        }
        tailEnd = window.base + index;
      }
    }
    return window.ended && close(matches);
  }

  private boolean close(Matches matches) {
    matches.closed(rule.number, tailEnd);
    next = tailEnd;
    tailEnd = -1;
    return true;
  }
}
