package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.inspect.Inspector;
import dev.gatewayctl.runtime.inspect.Place;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one channel of a stream that is held back as a whole, before anything of it is decided.
final class ListeningWindow implements TextWindow {
  private final Inspector inspector;
  private final Place place;
  private final @Nullable StringBuilder assistant;
  private final Engine.Watch watch;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  ListeningWindow(
      Inspector inspector, Place place, @Nullable StringBuilder assistant, Engine.Watch watch) {
    this.inspector = inspector;
    this.place = place;
    this.assistant = assistant;
    this.watch = watch;
  }

  @Override
  public void append(byte[] utf8, int from, int to, Release release) {
    text.write(utf8, from, to - from);
  }

  @Override
  public void finish(Release release) {
    byte[] whole = text.toByteArray();
    Inspection inspection = inspector.inspect(List.of(Inspector.Piece.of(place, whole)));
    for (Inspection.Match match : inspection.allMatches()) {
      watch.found(match.finding(), match.faint());
    }
    if (assistant != null) {
      assistant.append(assistant.isEmpty() ? "" : "\n");
      assistant.append(new String(whole, StandardCharsets.UTF_8));
    }
    release.keep(whole, 0, whole.length);
  }
}
