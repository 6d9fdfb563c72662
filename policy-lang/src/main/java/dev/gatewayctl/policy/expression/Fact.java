package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.catalog.Phase;
import java.util.Set;

/// A named value that conditions read.
///
/// @param name as written, such as `principal.team`
/// @param slot its index in the frame of facts, unique in the vocabulary
/// @param phases where it exists; none: only in `asserts`
/// @param absence what reading it means when the exchange has no such value
/// @param executes whether this version computes it; otherwise reading it is `not-yet-executed`
/// @param contentFree whether its value may stand in texts and records
/// @param doc one line for people: what it is, in which unit
public record Fact(
    String name,
    int slot,
    Type type,
    Set<Phase> phases,
    Absence absence,
    boolean executes,
    boolean contentFree,
    String doc) {

  public Fact {
    phases = Set.copyOf(phases);
  }

  @Override
  public String toString() {
    return name;
  }

  /// What an absent value means.
  public enum Absence {
    /// Never absent.
    NEVER,
    /// `none`: equal to nothing, unlike everything, in no list.
    NONE,
    /// Reading it is an error.
    ERROR
  }
}
