package dev.gatewayctl.runtime.wire;

/// A body that is no request of its protocol.
public final class Unfit extends Exception {
  private static final long serialVersionUID = 1L;
  private final String place;
  private final String problem;

  /// What is wrong.
  ///
  /// @param place such as `messages[2].content`
  /// @param problem what follows the place in a sentence, such as `is not a list`; never text of
  ///   the caller
  public Unfit(String place, String problem) {
    super(problem, null, false, false);
    this.place = place;
    this.problem = problem;
  }

  public String place() {
    return place;
  }

  public String problem() {
    return problem;
  }
}
