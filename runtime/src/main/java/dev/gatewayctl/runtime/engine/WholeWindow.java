package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.inspect.Inspector;
import dev.gatewayctl.runtime.inspect.MaskPlan;
import dev.gatewayctl.runtime.inspect.Place;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The window of a text that is of use only as a whole: the arguments of a tool call, which must
/// stay JSON, and texts that stand in one event. It lets go at the end of its channel.
final class WholeWindow implements TextWindow {
  /// A longer text is refused.
  private static final int MOST_BYTES = 16 << 20;

  private final Inspector inspector;
  private final Place place;
  private final MaskPlan plan;
  private final Engine.Watch watch;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  WholeWindow(Inspector inspector, Place place, MaskPlan plan, Engine.Watch watch) {
    this.inspector = inspector;
    this.place = place;
    this.plan = plan;
    this.watch = watch;
  }

  @Override
  public void append(byte[] utf8, int from, int to, Release release) {
    if (text.size() + (to - from) > MOST_BYTES) {
      release.refuse();
      return;
    }
    text.write(utf8, from, to - from);
  }

  @Override
  public void finish(Release release) {
    byte[] whole = text.toByteArray();
    Inspection inspection = inspector.inspect(List.of(Inspector.Piece.of(place, whole)));
    int limit = whole.length;
    for (Inspection.Match match : inspection.allMatches()) {
      if (!watch.found(match.finding(), match.faint())) {
        limit = match.start();
        break;
      }
    }
    Inspection.Redaction redaction = inspection.redact(plan);
    int at = 0;
    for (Inspection.Edit edit : redaction.edits()) {
      if (edit.end() > limit) {
        limit = Math.min(limit, edit.start());
        break;
      }
      release.keep(whole, at, edit.start());
      release.mask(
          whole, edit.start(), edit.end(), new String(edit.replacement(), StandardCharsets.UTF_8));
      at = edit.end();
    }
    release.keep(whole, at, Math.max(at, limit));
    if (limit < whole.length) {
      release.refuse();
      return;
    }
    redaction
        .masked()
        .forEach(
            (kind, count) -> {
              for (int i = 0; i < count; i++) {
                watch.masked(kind);
              }
            });
  }
}
