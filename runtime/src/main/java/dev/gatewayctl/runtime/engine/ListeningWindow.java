package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Keeps the text of one channel of a stream and tells it when it is whole.
final class ListeningWindow implements TextWindow {
  private final Consumer<byte[]> heard;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  ListeningWindow(Consumer<byte[]> heard) {
    this.heard = heard;
  }

  @Override
  public void append(byte[] utf8, int from, int to, Release release) {
    text.write(utf8, from, to - from);
  }

  @Override
  public void finish(Release release) {
    byte[] whole = text.toByteArray();
    heard.accept(whole);
    release.keep(whole, 0, whole.length);
  }
}
