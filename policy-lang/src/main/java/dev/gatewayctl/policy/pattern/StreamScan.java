package dev.gatewayctl.policy.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One text that arrives in pieces. Not thread-safe. For every cut of the text into pieces the
/// offers of each pattern, their answers and the closed tails are the same, in the same order.
public final class StreamScan {
  /// Bytes that are looked through for gates before what they lead to is looked at.
  private static final int BLOCK = 4096;

  /// Bytes that are read before the lookout is asked again, where no rare one comes sooner.
  private static final int LEAST_READ = 32;

  /// The buffer of a new stream, in bytes. It grows to twice what is held back and one piece.
  private static final int INITIAL_BUFFER = 256;

  private static final Matches NOBODY =
      (_, _, _, _, _) -> {
        throw new IllegalStateException("no text is being scanned");
      };

  private final PatternSet set;
  private final Window window = new Window();
  private final Dfa.Cursor literals;
  private final Dfa.Cursor shapes;
  private Dfa.@Nullable Cursor ungated;
  private Dfa.Cursor @Nullable [] exact;
  private final @Nullable Search[] searches;

  /// The searches that this text has begun.
  private Search[] begun = new Search[8];

  private int begunCount;

  /// Those among them that wait for more text.
  private Search[] active = new Search[8];

  private int activeCount;
  private Matches matches;
  private long settled;

  StreamScan(PatternSet set, Matches matches) {
    this.set = set;
    this.matches = matches;
    this.literals = new Dfa.Cursor(set.literals());
    this.shapes = new Dfa.Cursor(set.shapes());
    this.searches = new Search[set.size()];
    literals.start(Side.EDGE);
    shapes.start(Side.EDGE);
  }

  /// Begins anew, on a whole text that stays where it is.
  void whole(byte[] utf8, int from, int to, Matches told) {
    matches = told;
    window.bytes = utf8;
    window.from = from;
    window.sifted = from;
    window.to = to;
    window.base = -from;
    window.ended = true;
    literals.start(Side.EDGE);
    shapes.start(Side.EDGE);
    look();
    for (int i = 0; i < begunCount; i++) {
      begun[i].reset();
    }
    begunCount = 0;
    window.bytes = new byte[0];
    matches = NOBODY;
  }

  /// The next piece, `bytes[from, to)`; it is copied.
  public void append(byte[] bytes, int from, int to) {
    int count = to - from;
    if (window.to + count > window.bytes.length) {
      makeRoom(count);
    }
    System.arraycopy(bytes, from, window.bytes, window.to, count);
    window.to += count;
    look();
  }

  private void makeRoom(int count) {
    int keepFrom = Math.max(0, window.index(settled()) - 1);
    int kept = window.to - keepFrom;
    byte[] target =
        2 * kept + count > window.bytes.length
            ? new byte[Math.max(INITIAL_BUFFER, 2 * (kept + count))]
            : window.bytes;
    System.arraycopy(window.bytes, keepFrom, target, 0, kept);
    window.bytes = target;
    window.base += keepFrom;
    window.to -= keepFrom;
    window.sifted -= keepFrom;
    window.from = window.index(settled);
  }

  /// The position before which no byte can belong to a match that has not been reported; at most
  /// the number of bytes appended.
  public long settled() {
    long end = window.base + window.to;
    if (settled == end || window.ended) {
      settled = end;
      return end;
    }
    Dfa.Cursor cursor = ungated;
    if (cursor == null) {
      cursor = new Dfa.Cursor(set.ungated());
      ungated = cursor;
    }
    int floor = window.index(Math.max(settled, end - set.longestHeadBytes()));
    int loose = window.earliestUngated(cursor, floor);
    if (window.to - loose > Rule.TRUSTED_HOLD) {
      loose = Math.max(loose, exactlyUngated(floor));
    }
    long earliest = window.base + loose;
    for (int i = 0; i < activeCount; i++) {
      earliest = Math.min(earliest, active[i].settled(end));
    }
    settled = Math.max(settled, earliest);
    return settled;
  }

  private int exactlyUngated(int floor) {
    Dfa.Cursor[] cursors = exact;
    if (cursors == null) {
      cursors = new Dfa.Cursor[set.size()];
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] = new Dfa.Cursor(set.rule(i).ungated());
      }
      exact = cursors;
    }
    int earliest = window.to;
    for (Dfa.Cursor cursor : cursors) {
      earliest = Math.min(earliest, window.earliestUngated(cursor, floor));
    }
    return earliest;
  }

  /// Nothing follows: resolves everything.
  public void end() {
    window.ended = true;
    look();
  }

  private void look() {
    do {
      int stop = Math.min(window.to, window.sifted + BLOCK);
      sift(stop);
      window.sifted = stop;
      int waiting = 0;
      for (int i = 0; i < activeCount; i++) {
        Search search = active[i];
        search.advance(window, matches);
        if (search.idle()) {
          search.active = false;
        } else {
          active[waiting++] = search;
        }
      }
      activeCount = waiting;
    } while (window.sifted < window.to);
  }

  /// Looks for gates up to an index. Where something is in progress, both automata read each byte,
  /// side by side; elsewhere the lookout says where they go on.
  private void sift(int stop) {
    byte[] bytes = window.bytes;
    int from = window.sifted;
    Lookout lookout = set.lookout();
    if (lookout == null) {
      read(bytes, from, stop, stop);
      return;
    }
    int rare = from - 1;
    while (from < stop) {
      rare = rare < from ? lookout.nextRare(bytes, from, stop) : rare;
      int resumed = isIdle() ? lookout.resume(bytes, from, rare, stop) : from;
      if (resumed > from) {
        int behind = Side.of(bytes[resumed - 1]);
        literals.start(behind);
        shapes.start(behind);
      }
      from = read(bytes, resumed, stop, Math.min(rare, resumed + LEAST_READ) + 1);
    }
  }

  private boolean isIdle() {
    return literals.row <= literals.tables.lastIdleRow && shapes.row <= shapes.tables.lastIdleRow;
  }

  /// Reads up to an index, or to the first one from `idleFrom` on at which nothing is in progress.
  ///
  /// @return where it has come to
  private int read(byte[] bytes, int from, int stop, int idleFrom) {
    byte[] literalClass = literals.classes();
    byte[] shapeClass = shapes.classes();
    int[] literalSteps = literals.tables.transitions;
    int[] shapeSteps = shapes.tables.transitions;
    int literalRow = literals.row;
    int shapeRow = shapes.row;
    int i = from;
    while (i < stop) {
      if (i >= idleFrom
          && literalRow <= literals.tables.lastIdleRow
          && shapeRow <= shapes.tables.lastIdleRow) {
        break;
      }
      int read = bytes[i++] & 0xFF;
      int literal = literalSteps[literalRow + (literalClass[read] & 0xFF)];
      int shape = shapeSteps[shapeRow + (shapeClass[read] & 0xFF)];
      if (literal <= 0) {
        literals.row = literalRow;
        literal = seen(literals, literal, (byte) read, i);
        literalSteps = literals.tables.transitions;
      }
      if (shape <= 0) {
        shapes.row = shapeRow;
        shape = seen(shapes, shape, (byte) read, i);
        shapeSteps = shapes.tables.transitions;
      }
      literalRow = literal & Dfa.ROW;
      shapeRow = shape & Dfa.ROW;
    }
    literals.row = literalRow;
    shapes.row = shapeRow;
    return i;
  }

  /// A transition that is not there yet, or that leads to a state with gates.
  private int seen(Dfa.Cursor cursor, int value, byte read, int index) {
    int complete = value == 0 ? cursor.step(read) : value;
    if (complete < 0) {
      for (int gate : cursor.tables.matched(complete & Dfa.ROW)) {
        Search search = search(set.ruleOf(gate));
        search.hit(set.approachOf(gate), window, index);
        if (!search.active && !search.idle()) {
          search.active = true;
          if (activeCount == active.length) {
            active = Arrays.copyOf(active, 2 * activeCount);
          }
          active[activeCount++] = search;
        }
      }
    }
    return complete;
  }

  private Search search(int rule) {
    Search known = searches[rule];
    if (known == null) {
      known = new Search(set.rule(rule));
      searches[rule] = known;
    }
    if (!known.begun) {
      known.begun = true;
      if (begunCount == begun.length) {
        begun = Arrays.copyOf(begun, 2 * begunCount);
      }
      begun[begunCount++] = known;
    }
    return known;
  }
}
