package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Runs the detectors that a policy reaches. Immutable and thread-safe.
public final class Inspector {
  /// Sets of detectors that are kept ready; a policy asks for a few, one for each need of a phase.
  private static final int MOST_SETS = 64;

  private final SortedMap<String, DetectorNode> nodes;
  private final SortedSet<String> ids;
  private final Detectors detectors;
  private final Map<Set<String>, Inspector> parts;

  private Inspector(SortedMap<String, DetectorNode> nodes, Map<Set<String>, Inspector> parts) {
    this.nodes = nodes;
    this.ids = Collections.unmodifiableSortedSet(new TreeSet<>(nodes.keySet()));
    this.detectors = Detectors.of(nodes.values());
    this.parts = parts;
  }

  /// A text to look at, in UTF-8, where it stands: `bytes[from, to)`. The array is not copied and
  /// must not change. Offsets of findings count from `from`.
  public static final class Piece {
    private final Place place;
    private final byte[] bytes;
    private final int from;
    private final int to;

    private Piece(Place place, byte[] bytes, int from, int to) {
      this.place = place;
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }

    public static Piece of(Place place, byte[] text) {
      return new Piece(place, text, 0, text.length);
    }

    /// A text inside a body.
    public static Piece of(Place place, byte[] bytes, int from, int to) {
      return new Piece(place, bytes, from, to);
    }

    Place place() {
      return place;
    }

    Held held() {
      return Held.whole(bytes, from, to);
    }
  }

  /// All detectors that a policy reaches.
  public static Inspector of(RuleGraph graph) {
    return of(graph.detectors().values());
  }

  /// All built-in detectors, whatever a policy reaches.
  public static Inspector builtIn() {
    DetectorCatalog catalog = DetectorCatalog.builtIn();
    return of(
        catalog.all().stream()
            .map(
                detector ->
                    new DetectorNode(
                        detector.id(),
                        detector.kind(),
                        detector.classes(),
                        Optional.of(detector.id()),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Collections.emptySortedSet(),
                        OptionalDouble.empty(),
                        catalog.digest(detector.id())))
            .toList());
  }

  static Inspector of(Collection<DetectorNode> nodes) {
    var byId = new TreeMap<String, DetectorNode>();
    nodes.forEach(node -> byId.put(node.id(), node));
    return new Inspector(byId, new ConcurrentHashMap<>());
  }

  /// The ids of the detectors that run.
  public SortedSet<String> detectors() {
    return ids;
  }

  /// The most bytes that a stream keeps back for a match that is not decided.
  int longestHeadBytes() {
    return detectors.patterns().longestHeadBytes();
  }

  /// Only these detectors; ids of others are passed over. Made once for each set.
  public Inspector only(Set<String> ids) {
    var wanted = new TreeSet<>(ids);
    wanted.retainAll(nodes.keySet());
    if (wanted.size() == nodes.size()) {
      return this;
    }
    Inspector known = parts.get(wanted);
    if (known != null) {
      return known;
    }
    var kept = new TreeMap<>(nodes);
    kept.keySet().retainAll(wanted);
    var part = new Inspector(kept, parts);
    if (parts.size() < MOST_SETS) {
      parts.put(Set.copyOf(wanted), part);
    }
    return part;
  }

  /// Looks through texts, each by itself.
  public Inspection inspect(List<Piece> pieces) {
    var found = new ArrayList<List<Sighting>>();
    for (Piece piece : pieces) {
      found.add(scan(piece).inOrder());
    }
    return new Inspection(detectors(), List.copyOf(pieces), found);
  }

  Sightings scan(Piece piece) {
    var sightings = new Sightings(detectors, piece.place(), piece.held());
    detectors.patterns().scan(piece.bytes, piece.from, piece.to, sightings);
    sightings.readTails();
    sightings.endTails();
    return sightings;
  }

  /// Looks through a text that comes in pieces and lets out what is decided.
  public StreamWindow window(Place place, StreamWindow.Gate gate) {
    return new StreamWindow(detectors, place, gate);
  }
}
