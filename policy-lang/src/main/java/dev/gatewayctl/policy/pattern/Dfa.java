package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An automaton made deterministic as texts ask for it.
///
/// A state is the set of nodes that the automaton may stand at, with the assertions that it has not
/// passed yet kept as nodes: they depend on the byte ahead. The kind of the byte behind is part of
/// the state only when something asks for it. Whether a state matches therefore is four bits, one
/// for each kind of byte ahead.
///
/// A transition is one `int`: the row of the next state (its number times the number of byte
/// classes), and, when there is anything to say about it, the sign bit, the four bits and
/// [#TERMINAL]. Zero is a transition not computed yet, so that a loop over bytes leaves its path
/// only at `value <= 0`. Everything a reader needs is in that `int`: tables can be read without a
/// lock while another thread adds to them.
///
/// Full tables are not emptied but replaced; whoever stands in the old ones carries the set of
/// nodes over ([Cursor]). Garbage collection takes them with their last reader.
final class Dfa {
  static final int ROW = 0x03FF_FFFF;
  static final int TERMINAL = 0x0400_0000;
  static final int MATCH_SHIFT = 27;

  /// Large automata have large states: room for some of them, whatever the transitions take.
  private static final int LISTED_PER_NODE = 32;

  private static final int KEEP = -1;

  private final Automaton automaton;

  private final int[] entries;
  private final boolean floating;

  /// Transitions that one generation of tables may hold.
  private final int maxTransitions;

  /// Nodes that the states of one generation may list.
  private final int maxListed;

  private final boolean asserting;
  private final byte[] classOf = new byte[256];
  private final int classes;
  private final byte[] representative;
  private final int[][] floatingTargets;
  private volatile Tables current;

  private final int[] mark;
  private final int[] stack;
  private int marking;

  /// Matches begin at the entries only where the run begins, or, when `floating`, anywhere.
  Dfa(Automaton automaton, int[] entries, boolean floating, int maxTransitions) {
    this.automaton = automaton;
    this.entries = entries.clone();
    this.floating = floating;
    this.maxTransitions = Math.min(maxTransitions, ROW);
    this.maxListed = 2 * maxTransitions + LISTED_PER_NODE * automaton.size();
    this.asserting = automaton.hasAssertions();
    this.mark = new int[automaton.size()];
    this.stack = new int[automaton.size() + entries.length + 1];
    this.representative = new byte[256];
    this.classes = classify();
    this.floatingTargets = new int[floating ? (Side.KINDS + 1) * classes : 0][];
    this.current = new Tables();
  }

  byte[] classOf() {
    return classOf;
  }

  Tables tables() {
    return current;
  }

  private int classify() {
    Map<List<Integer>, Integer> bySignature = new HashMap<>();
    List<long[]> sets = automaton.sets();
    for (int b = 0; b < 256; b++) {
      List<Integer> signature = new ArrayList<>();
      signature.add(asserting ? Side.of((byte) b) : 0);
      for (int i = 0; i < sets.size(); i++) {
        if (((sets.get(i)[b >> 6] >>> (b & 63)) & 1) != 0) {
          signature.add(i);
        }
      }
      int number = bySignature.computeIfAbsent(signature, _ -> bySignature.size());
      classOf[b] = (byte) number;
      representative[number] = (byte) b;
    }
    return bySignature.size();
  }

  /// A set of nodes with the kind behind it, when that matters.
  private static final class Key {
    private final int[] nodes;
    private final int behind;

    Key(int[] nodes, int behind) {
      this.nodes = nodes;
      this.behind = behind;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && key.behind == behind && Arrays.equals(key.nodes, nodes);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(nodes) + behind;
    }
  }

  /// The patterns that a state matches, whatever is ahead.
  private static final class Matched {
    private final int[] patterns;

    Matched(int[] patterns) {
      this.patterns = patterns;
    }
  }

  /// One generation of states.
  final class Tables {
    /// INVARIANT: a row that a transition in this array names lies in this array, because a larger
    /// copy takes its place before it names a newer state.
    int[] transitions;

    private final int[] initial = new int[Side.KINDS + 1];
    private final Map<Key, Integer> known = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();
    private volatile Matched[] matched = new Matched[16];
    private int listed;
    private boolean full;

    /// No row up to this one has anything in progress; 0 where matches begin at the begin only.
    final int lastIdleRow;

    private Tables() {
      transitions = new int[classes * 8];
      for (int behind = 0; floating && behind < Side.KINDS; behind++) {
        initial[behind] = value(new int[0], behind);
      }
      lastIdleRow = keys.size() * classes;
    }

    /// The value to begin with after a byte of this kind; it has flags, as transitions have.
    int initial(int behind) {
      int value = initial[behind];
      if (value != 0) {
        return value;
      }
      synchronized (Dfa.this) {
        int[] nodes = floating ? new int[0] : closure(entries, entries.length);
        initial[behind] = value(nodes, behind);
        return initial[behind];
      }
    }

    /// The patterns matched at a row.
    int[] matched(int row) {
      return matched[row / classes].patterns;
    }

    private int value(int[] nodes, int behind) {
      boolean sided = asserting && (floating || hasAssertion(nodes));
      Key key = new Key(nodes, sided ? behind : 0);
      Integer value = known.get(key);
      return value != null ? value : add(key);
    }

    private int add(Key key) {
      int number = keys.size() + 1;
      int row = number * classes;
      keys.add(key);
      listed += key.nodes.length;
      if (row + classes > transitions.length) {
        transitions = Arrays.copyOf(transitions, Math.min(2 * transitions.length, ROW));
      }
      full = row + 2 * classes > maxTransitions || listed > maxListed;
      int value = row | flags(key);
      if (number >= matched.length) {
        matched = Arrays.copyOf(matched, 2 * matched.length);
      }
      matched[number] = new Matched(value < 0 ? patternsOf(key) : new int[0]);
      known.put(key, value);
      return value;
    }
  }

  /// A place in a generation of tables that outlives the generation.
  static final class Cursor {
    private final Dfa dfa;
    private final byte[] classOf;
    Tables tables;
    int row;

    Cursor(Dfa dfa) {
      this.dfa = dfa;
      this.classOf = dfa.classOf;
      this.tables = dfa.current;
    }

    /// The class of each byte.
    byte[] classes() {
      return classOf;
    }

    int classOf(int read) {
      return classOf[read & 0xFF] & 0xFF;
    }

    /// Begins after a byte of this kind; the answer has flags.
    int start(int behind) {
      tables = dfa.current;
      int value = tables.initial(behind);
      row = value & ROW;
      return value;
    }

    /// Computes a transition that the tables lack; the answer has flags. Tables may be other ones
    /// after it.
    int step(byte read) {
      int value = dfa.step(this, dfa.classOf[read & 0xFF] & 0xFF);
      row = value & ROW;
      return value;
    }
  }

  private synchronized int step(Cursor cursor, int byteClass) {
    Tables tables = cursor.tables;
    int known = tables.transitions[cursor.row + byteClass];
    if (known != 0) {
      return known;
    }
    Key from = tables.keys.get(cursor.row / classes - 1);
    if (tables.full) {
      if (tables == current) {
        current = new Tables();
      }
      tables = current;
      cursor.tables = tables;
      cursor.row = tables.value(from.nodes, from.behind) & ROW;
    }
    int ahead = asserting ? Side.of(representative[byteClass]) : Side.OTHER;
    int value = tables.value(successors(from, byteClass, ahead), ahead);
    tables.transitions[cursor.row + byteClass] = value;
    return value;
  }

  private int[] successors(Key from, int byteClass, int ahead) {
    int[] resolved = resolve(from.nodes, from.behind, ahead);
    int[] targets = new int[resolved.length];
    int count = 0;
    int read = representative[byteClass] & 0xFF;
    for (int node : resolved) {
      if (automaton.kind(node) == Automaton.BYTE && automaton.reads(node, read)) {
        targets[count++] = automaton.next(node);
      }
    }
    if (!floating) {
      return closure(targets, count);
    }
    int[] starting = floatingTargets(from.behind, byteClass, ahead);
    int[] all = Arrays.copyOf(targets, count + starting.length);
    System.arraycopy(starting, 0, all, count, starting.length);
    return closure(all, all.length);
  }

  /// Where a match that begins right before a byte of this class is after it.
  private int[] floatingTargets(int behind, int byteClass, int ahead) {
    int index = behind * classes + byteClass;
    int[] known = floatingTargets[index];
    if (known == null) {
      int[] started = resolve(closure(entries, entries.length), behind, ahead);
      int read = representative[byteClass] & 0xFF;
      int[] targets = new int[started.length];
      int count = 0;
      for (int node : started) {
        if (automaton.kind(node) == Automaton.BYTE && automaton.reads(node, read)) {
          targets[count++] = automaton.next(node);
        }
      }
      known = closure(targets, count);
      floatingTargets[index] = known;
    }
    return known;
  }

  private boolean hasAssertion(int[] nodes) {
    for (int node : nodes) {
      if (automaton.kind(node) == Automaton.ASSERT) {
        return true;
      }
    }
    return false;
  }

  /// The sign bit, the kinds ahead under which the state matches, and whether nothing but the tail
  /// of a match can follow.
  private int flags(Key key) {
    int matching = 0;
    boolean continues = floating;
    if (asserting && hasAssertion(key.nodes)) {
      for (int ahead = 0; ahead < Side.KINDS; ahead++) {
        int[] resolved = resolve(key.nodes, key.behind, ahead);
        matching |= hasMatch(resolved) ? 1 << ahead : 0;
        continues |= continues(resolved);
      }
    } else {
      matching = hasMatch(key.nodes) ? Side.ANY : 0;
      continues |= continues(key.nodes);
    }
    return (matching != 0 || !continues ? 1 << 31 : 0)
        | (matching << MATCH_SHIFT)
        | (continues ? 0 : TERMINAL);
  }

  private boolean hasMatch(int[] nodes) {
    for (int node : nodes) {
      if (automaton.kind(node) == Automaton.MATCH) {
        return true;
      }
    }
    return false;
  }

  private boolean continues(int[] nodes) {
    for (int node : nodes) {
      if (automaton.kind(node) == Automaton.BYTE && !automaton.isTail(node)) {
        return true;
      }
    }
    return false;
  }

  private int[] patternsOf(Key key) {
    return Arrays.stream(resolve(key.nodes, key.behind, Side.UNKNOWN))
        .filter(node -> automaton.kind(node) == Automaton.MATCH)
        .map(automaton::detail)
        .sorted()
        .distinct()
        .toArray();
  }

  private int[] closure(int[] from, int count) {
    return closure(from, count, KEEP, KEEP);
  }

  private int[] resolve(int[] nodes, int behind, int ahead) {
    return asserting && hasAssertion(nodes) ? closure(nodes, nodes.length, behind, ahead) : nodes;
  }

  /// The nodes reached without reading: splits are passed, assertions too when they hold between
  /// the two kinds; with [#KEEP] they stay. Sorted.
  private int[] closure(int[] from, int count, int behind, int ahead) {
    int generation = ++marking;
    int[] reached = new int[Math.max(count, 8)];
    int size = 0;
    for (int i = 0; i < count; i++) {
      int depth = push(from[i], 0, generation);
      while (depth > 0) {
        int node = stack[--depth];
        byte kind = automaton.kind(node);
        if (kind == Automaton.SPLIT) {
          depth = push(automaton.detail(node), depth, generation);
          depth = push(automaton.next(node), depth, generation);
        } else if (kind == Automaton.ASSERT && behind != KEEP) {
          if (Side.holds(automaton.detail(node), behind, ahead)) {
            depth = push(automaton.next(node), depth, generation);
          }
        } else {
          if (size == reached.length) {
            reached = Arrays.copyOf(reached, 2 * size);
          }
          reached[size++] = node;
        }
      }
    }
    int[] nodes = Arrays.copyOf(reached, size);
    Arrays.sort(nodes);
    return nodes;
  }

  private int push(int node, int depth, int generation) {
    if (mark[node] == generation) {
      return depth;
    }
    mark[node] = generation;
    stack[depth] = node;
    return depth + 1;
  }
}
