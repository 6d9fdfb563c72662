package dev.gatewayctl.policy.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How far one pattern has come in one text: the exact part of the scan.
///
/// The whole of it works like this. Nobody can afford to run every pattern at every byte, and one
/// deterministic automaton for all patterns has the product of their states. So each pattern is
/// given a _gate_ ([Gate]): a part of it that every match contains and that is rare in ordinary
/// text, best a run of fixed characters (`ghp_`, `://`, `@`), otherwise the front of its shape. Two
/// automata look for all gates, one for each kind, because the product is what must be avoided;
/// they are made deterministic as the text asks for it ([Dfa]), so that a byte costs two table
/// look-ups ([StreamScan#append] to `sift`). The idea of decomposing patterns around rare literals
/// is Hyperscan's (X. Wang et al., NSDI 2019); lazy determinisation with a bounded cache is RE2's
/// (R. Cox, "Regular Expression Matching in the Wild", 2010), which also has the treatment of `\b`:
/// a state keeps its open conditions until the byte ahead is known.
///
/// A gate seen at an index leads to the starts of matches in three steps, each an automaton of the
/// one pattern. What must follow the gate is read forwards; where it does not follow, that is all
/// (`canFollow`: most gates end here). What may precede it is read backwards, noting each place
/// where a match may begin (`collect`). From the smallest of these starts the whole pattern is
/// read, noting each end (`run`), and the ends are offered, the longest first.
///
/// The order of starts needs care. A gate further on can belong to a match that begins earlier. So
/// before a start is offered, the pattern's front is read backwards from where gates have been
/// looked for (`mayBeginBefore`): if a match may have begun before this start whose gate has not
/// been seen, the start waits. That makes the offers a function of the text alone, whatever pieces
/// it came in, which is the law that the tests hold.
///
/// The same automaton, for all patterns at once and with counts loosened to loops, tells at the end
/// of each piece how far back a match may have begun that has not met its gate. Those that have are
/// candidates here. The smaller of both is what a stream must hold back, and not a byte more.
///
/// What it costs: a look back or ahead is at most as long as the longest head, which for patterns
/// without one is [Rule#MAX_UNBOUNDED_MATCH]; a candidate that waits for more text is read on. No
/// text therefore takes more than its length times the longest head, times the number of gates.
final class Search {
  private final Rule rule;
  private final Dfa.Cursor forward;
  private Dfa.@Nullable Cursor tail;
  private Dfa.@Nullable Cursor ungated;

  /// No match begins before this position any more.
  private long next;

  /// Where the open tail has come to; -1 when none is open.
  private long tailEnd = -1;

  /// Positions where matches may begin, ascending, in `[first, last)`.
  private long[] starts = new long[4];

  private int first;
  private int last;

  /// Indexes of starts, as one look back finds them.
  private int[] found = new int[8];

  /// The ends of matches at the start that was run last, ascending.
  private int[] ends = new int[8];

  private int endCount;

  /// The start that `ends` are of; -1: of none.
  private long ranFrom = -1;

  /// How many bytes from it have been read, and where the automaton stands after them; reading goes
  /// on from there when more text has come, so that each candidate is read once.
  private int ranBytes;

  private int ranValue;

  /// Whether all its ends are known.
  private boolean ranOut;

  /// Beside each approach of the rule, where its automata stand.
  private final Dfa.@Nullable Cursor[] afters;

  private final Dfa.@Nullable Cursor[] befores;

  /// Whether this text has begun it.
  boolean begun;

  /// Whether this search is among those to advance.
  boolean active;

  Search(Rule rule) {
    this.rule = rule;
    this.forward = new Dfa.Cursor(rule.forward);
    this.afters = new Dfa.Cursor[rule.approaches.size()];
    this.befores = new Dfa.Cursor[rule.approaches.size()];
    for (int i = 0; i < afters.length; i++) {
      Rule.Approach approach = rule.approaches.get(i);
      afters[i] = approach.after == null ? null : new Dfa.Cursor(approach.after);
      befores[i] = approach.before == null ? null : new Dfa.Cursor(approach.before);
    }
  }

  void reset() {
    next = 0;
    tailEnd = -1;
    ranFrom = -1;
    first = 0;
    last = 0;
    active = false;
    begun = false;
  }

  /// The position before which this pattern has nothing to report, as far as its known candidates
  /// and its open tail go.
  long settled(long end) {
    return tailEnd >= 0 ? tailEnd : first < last ? starts[first] : end;
  }

  boolean idle() {
    return tailEnd < 0 && first == last;
  }

  /// A gate was seen, the rule's approach of this number, that ends at an index.
  void hit(int number, Window window, int index) {
    long position = window.base + index;
    Rule.Approach approach = rule.approaches.get(number);
    if (position - approach.shortestBefore < next || position <= tailEnd) {
      return;
    }
    Dfa.Cursor before = befores[number];
    if (before == null) {
      int start = index - approach.fixedLength;
      if (start >= window.from) {
        candidate(window.base + start);
      }
      return;
    }
    Dfa.Cursor after = afters[number];
    if (after == null || canFollow(after, window, index)) {
      collect(before, window, index);
    }
  }

  /// Whether what must follow a gate does, or may still.
  private boolean canFollow(Dfa.Cursor after, Window window, int index) {
    int limit = (int) Math.min(window.to, (long) index + rule.longest);
    int value = after.start(window.behind(index));
    while (true) {
      if (value < 0) {
        int matching = (value >>> Dfa.MATCH_SHIFT) & Side.ANY;
        int ahead = matching == 0 ? Side.OTHER : window.ahead(index);
        if (matching == Side.ANY || ahead == Side.UNKNOWN || ((matching >> ahead) & 1) != 0) {
          return true;
        }
        if ((value & Dfa.TERMINAL) != 0) {
          return false;
        }
      }
      if (index == limit) {
        return limit == window.to && !window.ended;
      }
      byte read = window.bytes[index++];
      value = after.tables.transitions[after.row + after.classOf(read)];
      if (value == 0) {
        value = after.step(read);
      } else {
        after.row = value & Dfa.ROW;
      }
    }
  }

  /// Notes every start from which a gate's end can be reached.
  private void collect(Dfa.Cursor before, Window window, int end) {
    int floor =
        Math.max(window.from, window.index(Math.max(next, window.base + end - rule.longest)));
    int index = end;
    int value = before.start(window.ahead(end));
    int count = 0;
    while (true) {
      if (value < 0) {
        if (((value >>> Dfa.MATCH_SHIFT >> window.behind(index)) & 1) != 0) {
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = index;
        }
        if ((value & Dfa.TERMINAL) != 0) {
          break;
        }
      }
      if (index <= floor) {
        break;
      }
      byte read = window.bytes[--index];
      value = before.tables.transitions[before.row + before.classOf(read)];
      if (value == 0) {
        value = before.step(read);
      } else {
        before.row = value & Dfa.ROW;
      }
    }
    merge(window, count);
  }

  /// Adds the starts just found, which descend, to those that wait.
  private void merge(Window window, int count) {
    if (count == 0) {
      return;
    }
    reserve(count);
    int read = last - 1;
    int write = last + count - 1;
    for (int i = 0; i < count; i++) {
      long start = window.base + found[i];
      while (read >= first && starts[read] > start) {
        starts[write--] = starts[read--];
      }
      starts[write--] = start;
    }
    last += count;
    // The same start may have been found from an earlier gate.
    int kept = first;
    for (int i = first; i < last; i++) {
      if (i == first || starts[i] != starts[kept - 1]) {
        starts[kept++] = starts[i];
      }
    }
    last = kept;
  }

  /// A match may begin here. Candidates of a rule with one gate come in order.
  private void candidate(long start) {
    if (start >= next) {
      if (last > first && starts[last - 1] >= start) {
        insert(start);
      } else {
        reserve(1);
        starts[last++] = start;
      }
    }
  }

  private void insert(long start) {
    int at = Arrays.binarySearch(starts, first, last, start);
    if (at < 0) {
      reserve(1);
      at = -Arrays.binarySearch(starts, first, last, start) - 1;
      System.arraycopy(starts, at, starts, at + 1, last - at);
      starts[at] = start;
      last++;
    }
  }

  private void reserve(int count) {
    if (last + count <= starts.length) {
      return;
    }
    int waiting = last - first;
    long[] target = waiting + count > starts.length / 2 ? new long[2 * (waiting + count)] : starts;
    System.arraycopy(starts, first, target, 0, waiting);
    starts = target;
    first = 0;
    last = waiting;
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
        if (!rule.ordered && mayBeginBefore(window, start)) {
          return;
        }
        offer(window, start, matches);
      }
      ranFrom = -1;
      first++;
    }
  }

  private void offer(Window window, int start, Matches matches) {
    next = window.base + start + 1;
    for (int i = endCount - 1; i >= 0; i--) {
      int end = start + ends[i];
      if (matches.accept(rule.number, window.bytes, start, end, window.base + start)) {
        next = window.base + end;
        tailEnd = rule.tail == null ? -1 : next;
        return;
      }
    }
  }

  /// Reads from a start as far as a match can go and notes how many bytes on there are ends. False:
  /// more text is needed.
  private boolean run(Window window, int start) {
    long position = window.base + start;
    if (ranFrom != position) {
      ranFrom = position;
      ranBytes = 0;
      ranOut = false;
      endCount = 0;
      ranValue = forward.start(window.behind(start));
    }
    ranOut = ranOut || runOn(window, start);
    return ranOut;
  }

  private boolean runOn(Window window, int start) {
    int value = ranValue;
    long most = (long) start + rule.longest;
    int limit = (int) Math.min(window.to, most);
    int index = start + ranBytes;
    while (true) {
      if (value < 0) {
        int matching = (value >>> Dfa.MATCH_SHIFT) & Side.ANY;
        if (matching != 0 && index > start) {
          int ahead = matching == Side.ANY ? Side.OTHER : window.ahead(index);
          if (ahead == Side.UNKNOWN) {
            ranBytes = index - start;
            ranValue = value;
            return false;
          }
          if (((matching >> ahead) & 1) != 0) {
            addEnd(index - start);
          }
        }
        if ((value & Dfa.TERMINAL) != 0) {
          return true;
        }
      }
      if (index == limit) {
        if (window.ended || index == most) {
          return true;
        }
        ranBytes = index - start;
        // An end here is noted; it is not to be noted again.
        ranValue = value & ~(Side.ANY << Dfa.MATCH_SHIFT);
        return false;
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

  /// Whether a match may have begun before this start whose gate has not been looked for yet.
  private boolean mayBeginBefore(Window window, int start) {
    if (window.ended && window.sifted == window.to) {
      return false;
    }
    Dfa.Cursor cursor = ungated;
    if (cursor == null) {
      cursor = new Dfa.Cursor(rule.ungated());
      ungated = cursor;
    }
    long earliest = Math.max(next, window.base + window.sifted - rule.longest);
    int floor = Math.max(window.from, window.index(earliest));
    return floor < start && window.earliestUngated(cursor, floor) < start;
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
