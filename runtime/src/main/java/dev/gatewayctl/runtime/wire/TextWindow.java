package dev.gatewayctl.runtime.wire;

/// What stands between one channel of a stream and the caller: it takes the fragments of the text
/// and lets go what is decided, in order. Whether it keeps, masks or refuses is its own affair.
public interface TextWindow {
  /// Takes the next fragment, UTF-8 from `from` up to `to`, cut between characters. What is not
  /// released yet must be kept by the window; the array may not.
  void append(byte[] utf8, int from, int to, Release release);

  /// The channel ends: everything must go.
  void finish(Release release);

  /// Where a window puts what may go on.
  interface Release {
    /// These bytes go on as they are.
    void keep(byte[] utf8, int from, int to);

    /// These bytes go on as `replacement`. One call for each masked stretch.
    void mask(byte[] utf8, int from, int to, String replacement);

    /// The stream must end here: nothing after what was released goes out.
    void refuse();
  }

  /// Makes the windows of a stream.
  @FunctionalInterface
  interface Source {
    /// A window for a channel that begins.
    TextWindow open(Channel channel);
  }
}
