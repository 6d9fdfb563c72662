package dev.gatewayctl.policy.syntax;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the value of a key is, as far as the traps of YAML ask: what is easily mistyped, and how it
/// is best written instead.
public enum ValueKind {
  EXPRESSION,
  PATTERN,
  TEXT,
  OTHER;

  private static final Set<String> EXPRESSION_KEYS =
      Set.of("when", "require", "assume", "expect", "where", "by", "enforce", "conversation");

  private static final Set<String> CLAIM_KEYS = Set.of("org", "team", "app", "user", "groups");

  private static final Set<String> TEXT_KEYS =
      Set.of("deny", "reason", "description", "alert", "owner", "prompt", "name", "text");

  /// The keys that lead to a value, the nearest first.
  public record Path(@Nullable Path parent, String key) {
    private boolean below(String ancestor) {
      for (Path path = parent; path != null; path = path.parent) {
        if (path.key.equals(ancestor)) {
          return true;
        }
      }
      return false;
    }
  }

  /// The kind of the value at the end of a path; null stands for the root.
  public static ValueKind of(@Nullable Path path) {
    if (path == null) {
      return OTHER;
    }
    String key = path.key;
    boolean claim =
        path.parent != null && path.parent.key.equals("jwt") && CLAIM_KEYS.contains(key);
    if (EXPRESSION_KEYS.contains(key) || claim || path.below("let")) {
      return EXPRESSION;
    }
    if (key.equals("pattern")) {
      return PATTERN;
    }
    return TEXT_KEYS.contains(key) ? TEXT : OTHER;
  }
}
