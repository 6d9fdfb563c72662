package dev.gatewayctl.runtime.wire;

import org.jspecify.annotations.Nullable;

/// Cuts the bytes of a stream, which come in pieces cut anywhere, into frames. What was read of a
/// frame that is not whole yet is kept; how much is bounded.
public interface Framing {
  /// Takes bytes; they are copied as far as they are kept.
  void feed(byte[] bytes, int from, int to);

  /// The next whole frame, if it is there.
  @Nullable Frame next();

  /// What is left when the stream has ended without the end of its last frame, if it can stand for
  /// a frame; null otherwise.
  @Nullable Frame rest();

  /// Why no more frames will come, in plain words, such as a frame that is too large or whose
  /// checksum is wrong; null while all is well.
  @Nullable String failure();
}
