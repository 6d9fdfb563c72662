package dev.gatewayctl.runtime.inspect;

/// A match that a detector vouches for. Its end moves while its tail is read.
final class Sighting {
  final Detector detector;
  final long start;
  final double score;

  /// After the last byte that is known to belong.
  long end;

  /// Whether more may belong.
  boolean open;

  /// State of the detector's tail, while open.
  int tailState;

  /// Up to where the detector's tail was read.
  long readTo;

  Sighting(Detector detector, long start, long end, double score) {
    this.detector = detector;
    this.start = start;
    this.end = end;
    this.readTo = end;
    this.score = score;
  }

  /// Below the threshold: only its score is told.
  boolean isFaint() {
    return score < detector.threshold();
  }

  /// By start, then by detector.
  static int order(Sighting a, Sighting b) {
    int byStart = Long.compare(a.start, b.start);
    return byStart != 0 ? byStart : Integer.compare(a.detector.number(), b.detector.number());
  }
}
