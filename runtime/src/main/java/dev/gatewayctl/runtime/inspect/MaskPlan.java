package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.graph.Effect;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Which findings are written over, and how: the join of the maskings that apply. A plain mask goes
/// before one that keeps characters, of two that keep, the one that keeps fewer.
public final class MaskPlan {
  /// The most characters that a mask keeps; a policy that asks for more gets these.
  public static final int MOST_KEPT = 64;

  /// Keeps nothing and writes the kind.
  static final int PLAIN = 0;

  /// By detector: [#PLAIN], or how many characters are kept.
  private final Map<String, Integer> kept;

  private MaskPlan(Map<String, Integer> kept) {
    this.kept = Map.copyOf(kept);
  }

  /// The join of maskings.
  public static MaskPlan of(Collection<Effect.Mask> masks) {
    var kept = new HashMap<String, Integer>();
    for (Effect.Mask mask : masks) {
      int keep = clamped(mask.keep());
      for (String detector : mask.detectors()) {
        kept.merge(detector, keep, Math::min);
      }
    }
    return new MaskPlan(kept);
  }

  private static int clamped(OptionalInt keep) {
    return Math.clamp(keep.orElse(PLAIN), PLAIN, MOST_KEPT);
  }

  /// The detectors whose findings are masked.
  public Set<String> detectors() {
    return kept.keySet();
  }

  boolean masks(String detector) {
    return kept.containsKey(detector);
  }

  int keep(String detector) {
    return kept.getOrDefault(detector, PLAIN);
  }
}
