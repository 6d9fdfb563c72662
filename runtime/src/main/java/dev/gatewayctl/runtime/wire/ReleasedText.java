package dev.gatewayctl.runtime.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One channel on its way through its window: collects what is released, as text that is to be
/// escaped once, and keeps JSON arguments valid.
final class ReleasedText implements TextWindow.Release {
  private final Channel channel;
  private final TextWindow window;
  private final TextPiece.Form form;
  private final @Nullable MaskedJson json;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean refused;
  private boolean masked;

  ReleasedText(Channel channel, TextPiece.Form form, TextWindow window) {
    this.channel = channel;
    this.window = window;
    this.form = form;
    this.json = form == TextPiece.Form.JSON ? new MaskedJson(new Collected(out)) : null;
  }

  private record Collected(ByteArrayOutputStream out) implements MaskedJson.Out {
    @Override
    public void keep(byte b) {
      out.write(b);
    }

    @Override
    public void drop(byte b) {}

    @Override
    public void insert(byte[] text) {
      out.writeBytes(text);
    }
  }

  Channel channel() {
    return channel;
  }

  /// Takes a fragment.
  void append(byte[] utf8, int from, int to) {
    window.append(utf8, from, to, this);
  }

  /// Ends the channel.
  void finish() {
    window.finish(this);
    if (json != null && !refused) {
      json.end();
    }
  }

  /// What was released since the last call.
  byte[] take() {
    byte[] released = out.toByteArray();
    out.reset();
    return released;
  }

  boolean refused() {
    return refused || (json != null && json.touchedName());
  }

  /// Whether anything was masked since the channel began.
  boolean masked() {
    return masked;
  }

  @Override
  public void keep(byte[] utf8, int from, int to) {
    if (refused()) {
      return;
    }
    if (json == null) {
      out.write(utf8, from, to - from);
    } else {
      for (int i = from; i < to && !refused(); i++) {
        json.accept(utf8[i], null);
      }
    }
  }

  @Override
  public void mask(byte[] utf8, int from, int to, String replacement) {
    if (refused()) {
      return;
    }
    masked = true;
    if (form == TextPiece.Form.FIXED) {
      refuse();
    } else if (json == null) {
      out.writeBytes(replacement.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } else {
      MaskedJson.Stroke stroke = new MaskedJson.Stroke(replacement);
      for (int i = from; i < to && !refused(); i++) {
        json.accept(utf8[i], stroke);
      }
    }
  }

  @Override
  public void refuse() {
    refused = true;
  }

  static boolean same(byte[] released, byte[] text, int from, int to) {
    return Arrays.equals(released, 0, released.length, text, from, to);
  }
}
