package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.evaluation.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// What the detectors found in some texts.
public final class Inspection {
  private final SortedSet<String> detectors;
  private final List<Inspector.Piece> pieces;

  /// By piece, in the order of the text.
  private final List<List<Sighting>> sightings;

  Inspection(
      SortedSet<String> detectors, List<Inspector.Piece> pieces, List<List<Sighting>> sightings) {
    this.detectors = detectors;
    this.pieces = pieces;
    this.sightings = sightings;
  }

  /// A finding at `[start, end)` of a piece, in bytes.
  ///
  /// @param faint below the threshold of its detector
  /// @param piece its place in the list that was inspected
  public record Match(Finding finding, boolean faint, int piece, int start, int end) {}

  /// Bytes of a piece and what stands in their place.
  public static final class Edit {
    private final int piece;
    private final int start;
    private final int end;
    private final byte[] replacement;

    private Edit(int piece, MaskedSpan span, byte[] replacement) {
      this.piece = piece;
      this.start = (int) span.start;
      this.end = (int) span.end();
      this.replacement = replacement;
    }

    /// The place of the piece in the list that was inspected.
    public int piece() {
      return piece;
    }

    public int start() {
      return start;
    }

    public int end() {
      return end;
    }

    /// What is written, in UTF-8; not to be changed.
    public byte[] replacement() {
      return replacement;
    }
  }

  /// Edits in the order of the pieces and within each from left to right, never overlapping.
  ///
  /// @param masked how many spans were written over, by kind
  public record Redaction(List<Edit> edits, SortedMap<String, Integer> masked) {
    public Redaction {
      edits = List.copyOf(edits);
    }
  }

  /// The ids of the detectors that ran.
  public SortedSet<String> detectors() {
    return detectors;
  }

  /// For the rules.
  public Findings findings() {
    var found = new ArrayList<Finding>();
    var faint = new ArrayList<Finding>();
    for (int i = 0; i < pieces.size(); i++) {
      for (Sighting sighting : sightings.get(i)) {
        (sighting.isFaint() ? faint : found).add(finding(sighting, pieces.get(i).place()));
      }
    }
    return new Findings(found, faint);
  }

  /// The findings at or above their thresholds, with their places.
  public List<Match> matches() {
    return allMatches().stream().filter(match -> !match.faint()).toList();
  }

  /// All findings with their places, in the order of the text.
  public List<Match> allMatches() {
    var matches = new ArrayList<Match>();
    for (int i = 0; i < pieces.size(); i++) {
      for (Sighting sighting : sightings.get(i)) {
        matches.add(
            new Match(
                finding(sighting, pieces.get(i).place()),
                sighting.isFaint(),
                i,
                (int) sighting.start,
                (int) sighting.end));
      }
    }
    return matches;
  }

  static Finding finding(Sighting sighting, Place place) {
    Detector detector = sighting.detector;
    return new Finding(
        detector.kind(),
        detector.classes(),
        detector.id(),
        place.location(),
        sighting.score,
        place.latest());
  }

  /// What has to be written over, by a plan.
  public Redaction redact(MaskPlan plan) {
    var edits = new ArrayList<Edit>();
    var masked = new TreeMap<String, Integer>();
    for (int i = 0; i < pieces.size(); i++) {
      if (sightings.get(i).isEmpty()) {
        continue;
      }
      Held held = pieces.get(i).held();
      for (MaskedSpan span : spans(sightings.get(i), plan)) {
        edits.add(new Edit(i, span, span.replacement(held)));
        masked.merge(span.kind(), 1, Integer::sum);
      }
    }
    return new Redaction(edits, masked);
  }

  private static List<MaskedSpan> spans(List<Sighting> inOrder, MaskPlan plan) {
    var spans = new ArrayList<MaskedSpan>();
    for (Sighting sighting : inOrder) {
      String id = sighting.detector.id();
      if (sighting.isFaint() || !plan.masks(id)) {
        continue;
      }
      if (!spans.isEmpty() && sighting.start < spans.getLast().end()) {
        spans.getLast().add(sighting, plan.keep(id));
      } else {
        spans.add(new MaskedSpan(sighting, plan.keep(id)));
      }
    }
    return spans;
  }
}
