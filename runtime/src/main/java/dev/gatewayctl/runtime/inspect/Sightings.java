package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.pattern.Matches;
import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes findings of the pattern engine's candidates in one text, whole or in pieces.
///
/// A candidate is refused when its detector does not look at this place, when the validator refuses
/// it, when it is a placeholder (too little entropy, an allowed text) or excepted, and when it lies
/// inside something that its detector has refused or found as a whole. All that is asked for lies
/// at or before the candidate's end, and the engine's offers do not depend on how a text is cut: so
/// the findings do not either.
final class Sightings implements Matches {
  private final Detectors detectors;
  private final Place place;
  private final Held held;

  /// By detector: nothing that begins before this position is a match.
  private final long[] barred;

  /// By pattern: the match whose tail the engine reads.
  private final @Nullable Sighting[] swallowing;

  /// How many of them there are.
  private int swallowingCount;

  /// Matches whose tails are read here.
  private final List<Sighting> tails = new ArrayList<>();

  /// Matches that have not been asked for yet, in the order in which they were decided.
  final List<Sighting> fresh = new ArrayList<>();

  private long offers;

  Sightings(Detectors detectors, Place place, Held held) {
    this.detectors = detectors;
    this.place = place;
    this.held = held;
    this.barred = new long[detectors.count()];
    this.swallowing = new @Nullable Sighting[detectors.patternCount()];
  }

  /// All matches, in the order of the text.
  List<Sighting> inOrder() {
    fresh.sort(Sighting::order);
    return List.copyOf(fresh);
  }

  /// How many candidates were offered: with a bound on what one costs, the work done.
  long offers() {
    return offers;
  }

  @Override
  public boolean accept(int pattern, byte[] text, int start, int end, long position) {
    offers++;
    Detector detector = detectors.owner(pattern);
    int number = detector.number();
    if (position < barred[number] || !detector.looksAt(place)) {
      return false;
    }
    int first = held.index(position);
    int last = first + end - start;
    Verdict verdict = verdict(detector, first, last);
    if (verdict == Verdict.BARRED) {
      barred[number] = position + end - start;
    }
    if (verdict == Verdict.BARRED || verdict == Verdict.INVALID) {
      return false;
    }
    var sighting =
        new Sighting(detector, position, position + end - start, score(detector, verdict, first));
    fresh.add(sighting);
    if (detector.tail() != null) {
      sighting.open = true;
      sighting.tailState = detector.tail().first(held.bytes[last - 1]);
      tails.add(sighting);
      read(sighting);
    } else if (detectors.hasTail(pattern)) {
      sighting.open = true;
      swallowing[pattern] = sighting;
      swallowingCount++;
    }
    return true;
  }

  private Verdict verdict(Detector detector, int first, int last) {
    Verdict verdict =
        detector.validator().isEmpty()
            ? Verdict.PLAUSIBLE
            : detector.validator().get().check(held.bytes, held.from, first, last);
    if (verdict == Verdict.INVALID || verdict == Verdict.BARRED) {
      return verdict;
    }
    return isPlaceholder(detector, first, last) ? Verdict.BARRED : verdict;
  }

  private boolean isPlaceholder(Detector detector, int first, int last) {
    if (detector.entropyFloor() > 0
        && Entropy.bitsPerByte(held.bytes, first, last) < detector.entropyFloor()) {
      return true;
    }
    if (detector.allow().isEmpty() && detector.except().isEmpty()) {
      return false;
    }
    String text =
        new String(held.bytes, first, last - first, StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT);
    return detector.except().contains(text) || detector.allow().stream().anyMatch(text::contains);
  }

  private double score(Detector detector, Verdict verdict, int first) {
    double score =
        verdict == Verdict.VALID ? detector.scores().validated() : detector.scores().base();
    if (score < detector.scores().context()
        && detector.context().isPresent()
        && detector.context().get().standBefore(held.bytes, held.from, first)) {
      return detector.scores().context();
    }
    return score;
  }

  @Override
  public void closed(int pattern, long end) {
    Sighting sighting = swallowing[pattern];
    if (sighting != null) {
      sighting.end = end;
      sighting.open = false;
      swallowing[pattern] = null;
      swallowingCount--;
    }
  }

  /// Every tail that the engine reads has come at least as far as it has settled.
  void swallowed(long settled) {
    if (swallowingCount == 0) {
      return;
    }
    for (Sighting sighting : swallowing) {
      if (sighting != null) {
        sighting.end = Math.max(sighting.end, settled);
      }
    }
  }

  /// Reads on in the open tails, after text was appended.
  void readTails() {
    if (tails.isEmpty()) {
      return;
    }
    tails.forEach(this::read);
    tails.removeIf(sighting -> !sighting.open);
  }

  /// Nothing follows.
  void endTails() {
    for (Sighting sighting : tails) {
      sighting.open = false;
    }
    tails.clear();
  }

  private void read(Sighting sighting) {
    Tail tail = sighting.detector.tail();
    if (tail == null || !sighting.open) {
      return;
    }
    int index = held.index(sighting.readTo);
    while (index < held.to) {
      int state = tail.next(sighting.tailState, held.bytes[index] & 0xFF);
      index++;
      if (state == Tail.STOP) {
        sighting.open = false;
        break;
      }
      boolean last = state == Tail.LAST;
      if (last || !Tail.isPending(state)) {
        sighting.end = held.position(index);
      }
      if (last) {
        sighting.open = false;
        break;
      }
      sighting.tailState = Tail.withoutMark(state);
    }
    sighting.readTo = held.position(index);
    int number = sighting.detector.number();
    barred[number] = Math.max(barred[number], sighting.end);
  }
}
