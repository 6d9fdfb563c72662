package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.exchange.Attempt;
import java.util.List;

/// An exchange on its way to a provider and back.
public sealed interface Sending permits Dispatch, Passage {
  /// Begins. The receiver may be told something before this returns.
  void start();

  /// Every attempt that was made, in order; the one that runs as far as it got.
  List<Attempt> attempts();

  /// Stops whatever runs; the receiver hears nothing more.
  void cancel();

  /// Stops reading the answer until [#resume].
  void pause();

  /// Reads on.
  void resume();
}
