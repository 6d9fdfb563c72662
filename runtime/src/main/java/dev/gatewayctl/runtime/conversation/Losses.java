package dev.gatewayctl.runtime.conversation;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a translation cannot carry, by name: a member such as `logprobs`, or words such as `image
/// by url`. What becomes of the exchange is the policy's choice (`on_unsupported`).
public final class Losses {
  /// Names that are kept; a hostile body may lose more.
  private static final int MOST = 100;

  private final SortedSet<String> names = new TreeSet<>();

  /// Notes one; never a caller's text.
  public void lost(String name) {
    if (names.size() < MOST) {
      names.add(name);
    }
  }

  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(names);
  }
}
