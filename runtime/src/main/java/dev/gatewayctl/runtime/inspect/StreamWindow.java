package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.pattern.StreamScan;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A text that comes in pieces and leaves as soon as it may: one window for each channel of a
/// stream. Not thread-safe.
///
/// Text is held back from the first place where a match may have begun that is not decided, from
/// the begin of a masked span whose end is not known, and within a character. Findings are told in
/// the order in which they begin, each before any text from its begin on leaves. A finding with an
/// open end (a key, a token, a PEM block) is told when its head is certain; its tail is swallowed
/// without being kept.
///
/// INVARIANT: for every cut of a text into pieces, what leaves and what is told, put together, are
/// the same. It holds because a finding is told only when every match that begins before or with it
/// is decided ([StreamScan#settled]), so that the order of telling is that of the text; because the
/// gate's verdict is asked once for each; and because a span is written only when no finding can
/// join it any more.
public final class StreamWindow {
  private static final byte[] NOTHING = {};

  /// Beyond what detectors look at, text is kept for the characters that a mask keeps.
  private static final int KEPT_BYTES = ContextWords.CHARACTER_BYTES * MaskPlan.MOST_KEPT;

  private final Gate gate;
  private final Place place;
  private final int historyBytes;
  private final Held held = Held.empty();
  private final Sightings sightings;
  private final StreamScan scan;

  /// Decided, not told yet; in order.
  private final ArrayDeque<Sighting> waiting = new ArrayDeque<>();

  private final SortedMap<String, Integer> masked = new TreeMap<>();
  private int maskedSpans;
  private @Nullable MaskedSpan pending;
  private long released;
  private boolean stopped;
  private boolean finished;

  StreamWindow(Detectors detectors, Place place, Gate gate) {
    this.gate = gate;
    this.place = place;
    this.historyBytes = detectors.historyBytes() + KEPT_BYTES;
    this.sightings = new Sightings(detectors, place, held);
    this.scan = detectors.patterns().stream(sightings);
  }

  /// Who is told of findings and says what becomes of them.
  @FunctionalInterface
  public interface Gate {
    /// Told once for each finding, in the order of the text. The answer to a faint finding is only
    /// heard when it is a stop: it is never masked.
    ///
    /// @param faint below the threshold of its detector
    Verdict found(Finding finding, boolean faint);
  }

  /// What becomes of a finding.
  public sealed interface Verdict {
    /// It leaves as it is.
    record Pass() implements Verdict {}

    /// It is masked as the plan says; it passes when the plan does not name its detector.
    record Mask(MaskPlan plan) implements Verdict {}

    /// Nothing leaves any more from its first byte on.
    record Stop() implements Verdict {}
  }

  /// The next piece; the bytes of a character may stand in two.
  ///
  /// @return what may leave now: whole characters if whole ones came
  public byte[] append(byte[] text) {
    if (stopped || finished) {
      return NOTHING;
    }
    held.append(text, 0, text.length);
    scan.append(text, 0, text.length);
    sightings.readTails();
    long settled = scan.settled();
    sightings.swallowed(settled);
    return release(settled);
  }

  /// Nothing follows.
  ///
  /// @return the rest
  public byte[] finish() {
    if (stopped || finished) {
      return NOTHING;
    }
    finished = true;
    scan.end();
    sightings.readTails();
    sightings.endTails();
    return release(Long.MAX_VALUE);
  }

  /// Whether a verdict has stopped it.
  public boolean isStopped() {
    return stopped;
  }

  /// How many bytes came that have neither left nor been swallowed.
  public int heldBytes() {
    return stopped ? 0 : (int) (held.end() - released);
  }

  /// How much is kept that a stream could make grow: bytes of room and findings.
  int footprint() {
    MaskedSpan span = pending;
    return held.bytes.length + waiting.size() + (span == null ? 0 : span.kept());
  }

  /// How many spans were masked.
  public int maskedSpans() {
    return maskedSpans;
  }

  /// How many spans were masked, by kind.
  public SortedMap<String, Integer> masked() {
    return new TreeMap<>(masked);
  }

  private byte[] release(long settled) {
    collect();
    byte[] out = waiting.isEmpty() && pending == null ? plain(settled) : decided(settled);
    held.forget(Math.min(released, settled) - historyBytes);
    return out;
  }

  /// What leaves when there is no finding: nearly always, and in one copy.
  private byte[] plain(long settled) {
    long limit = Math.min(settled, held.end());
    long end = finished ? limit : wholeCharacters(limit);
    if (end <= released) {
      return NOTHING;
    }
    byte[] out = held.copy(released, end);
    released = end;
    return out;
  }

  private byte[] decided(long settled) {
    var out = new ByteArrayOutputStream();
    while (!waiting.isEmpty() && waiting.getFirst().start < settled) {
      if (pending != null && pending.isOpen() && waiting.getFirst().start >= pending.end()) {
        // Whether it overlaps is known when the open tail goes on or ends.
        break;
      }
      if (!tell(waiting.removeFirst(), out)) {
        stopped = true;
        return out.toByteArray();
      }
    }
    if (pending != null && !pending.isOpen() && pending.end() <= settled) {
      write(pending, out);
    }
    long limit = Math.min(settled, held.end());
    MaskedSpan still = pending;
    if (still != null) {
      leave(still.start, out);
      // What is known to be masked will not leave.
      released = Math.max(released, Math.min(still.end(), held.end()));
    } else {
      leave(finished ? limit : wholeCharacters(limit), out);
    }
    return out.toByteArray();
  }

  private void collect() {
    if (sightings.fresh.isEmpty()) {
      return;
    }
    var all = new ArrayList<>(waiting);
    all.addAll(sightings.fresh);
    sightings.fresh.clear();
    all.sort(Sighting::order);
    waiting.clear();
    waiting.addAll(all);
  }

  /// False: stop here.
  private boolean tell(Sighting sighting, ByteArrayOutputStream out) {
    Verdict verdict = gate.found(Inspection.finding(sighting, place), sighting.isFaint());
    return switch (verdict) {
      case Verdict.Pass _ -> true;
      case Verdict.Mask(MaskPlan plan) -> {
        String id = sighting.detector.id();
        if (!sighting.isFaint() && plan.masks(id)) {
          mask(sighting, plan.keep(id), out);
        }
        yield true;
      }
      case Verdict.Stop _ -> {
        MaskedSpan before = pending;
        if (before != null && sighting.start >= before.end()) {
          write(before, out);
        }
        leave(pending == null ? sighting.start : pending.start, out);
        pending = null;
        yield false;
      }
    };
  }

  private void mask(Sighting sighting, int keep, ByteArrayOutputStream out) {
    MaskedSpan before = pending;
    if (before != null && sighting.start < before.end()) {
      before.add(sighting, keep);
      return;
    }
    if (before != null) {
      write(before, out);
    }
    pending = new MaskedSpan(sighting, keep);
  }

  private void write(MaskedSpan span, ByteArrayOutputStream out) {
    leave(span.start, out);
    out.writeBytes(span.replacement(held));
    masked.merge(span.kind(), 1, Integer::sum);
    maskedSpans++;
    released = Math.max(released, span.end());
    pending = null;
  }

  private void leave(long limit, ByteArrayOutputStream out) {
    if (limit > released) {
      int from = held.index(released);
      out.write(held.bytes, from, held.index(limit) - from);
      released = limit;
    }
  }

  /// The last position up to `limit` that does not part a character that has begun.
  private long wholeCharacters(long limit) {
    int end = held.index(limit);
    int floor = Math.max(held.from, end - 3);
    for (int i = end - 1; i >= floor; i--) {
      int b = held.bytes[i] & 0xFF;
      if (b < 0x80) {
        return limit;
      }
      if (b >= 0xC0) {
        int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
        return i + length > end ? held.position(i) : limit;
      }
    }
    return limit;
  }
}
