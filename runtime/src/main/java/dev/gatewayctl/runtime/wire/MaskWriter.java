package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/// Turns masks over decoded texts into splices of the bytes that spell them.
public final class MaskWriter {
  private MaskWriter() {}

  /// Adds the splices of all masks.
  ///
  /// @throws IllegalArgumentException when a mask lies on what is never rewritten
  /// @throws IllegalStateException when two masks of one piece overlap
  public static void write(List<Mask> masks, Splices splices) {
    IdentityHashMap<TextPiece, List<Mask>> byPiece = new IdentityHashMap<>();
    for (Mask mask : masks) {
      byPiece.computeIfAbsent(mask.piece(), _ -> new ArrayList<>()).add(mask);
    }
    byPiece.forEach(
        (piece, own) -> {
          own.sort(Comparator.comparingInt(Mask::from));
          for (int i = 1; i < own.size(); i++) {
            if (own.get(i).from() < own.get(i - 1).to()) {
              throw new IllegalStateException("two masks of one text overlap");
            }
          }
          write(piece, own, splices);
        });
  }

  private static void write(TextPiece piece, List<Mask> masks, Splices splices) {
    JsonText text = piece.text();
    switch (piece.form()) {
      case TEXT -> {
        for (Mask mask : masks) {
          splices.replace(
              text.rawStart(mask.from()),
              text.rawEnd(mask.to()),
              JsonWriter.escape(mask.replacement()));
        }
      }
      case PLAIN -> {
        for (Mask mask : masks) {
          splices.replace(
              text.rawStart(mask.from()),
              text.rawEnd(mask.to()),
              mask.replacement().getBytes(StandardCharsets.UTF_8));
        }
      }
      case NUMBER -> splices.replace(piece.start(), piece.end(), quoted(replaced(text, masks)));
      case JSON -> writeJson(text, masks, splices);
      case FIXED -> throw new IllegalArgumentException("a name, an id or a schema is not masked");
    }
  }

  private static byte[] quoted(String text) {
    return new JsonWriter().value(text).toBytes();
  }

  private static String replaced(JsonText text, List<Mask> masks) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Mask mask : masks) {
      out.append(slice(text, at, mask.from())).append(mask.replacement());
      at = mask.to();
    }
    return out.append(slice(text, at, text.length())).toString();
  }

  private static String slice(JsonText text, int from, int to) {
    return new String(text.bytes(), text.from() + from, to - from, StandardCharsets.UTF_8);
  }

  private static void writeJson(JsonText text, List<Mask> masks, Splices splices) {
    InnerSplices inner = new InnerSplices(text, splices);
    MaskedJson masked = new MaskedJson(inner);
    List<MaskedJson.Stroke> strokes =
        masks.stream().map(mask -> new MaskedJson.Stroke(mask.replacement())).toList();
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      while (next < masks.size() && masks.get(next).to() <= i) {
        next++;
      }
      boolean inside = next < masks.size() && masks.get(next).from() <= i;
      masked.accept(text.bytes()[text.from() + i], inside ? strokes.get(next) : null);
    }
    masked.end();
    inner.close();
    if (masked.touchedName()) {
      throw new IllegalArgumentException("a member name is not masked");
    }
  }

  /// Collects changes of the inner text and hands them on as changes of the literal around it.
  private static final class InnerSplices implements MaskedJson.Out {
    private final JsonText text;
    private final Splices splices;
    private final ByteArrayOutputStream replacement = new ByteArrayOutputStream();
    private int start;
    private int at;
    private boolean open;

    InnerSplices(JsonText text, Splices splices) {
      this.text = text;
      this.splices = splices;
    }

    @Override
    public void keep(byte b) {
      close();
      at++;
    }

    @Override
    public void drop(byte b) {
      open();
      at++;
    }

    @Override
    public void insert(byte[] inserted) {
      open();
      replacement.writeBytes(inserted);
    }

    private void open() {
      if (!open) {
        open = true;
        start = at;
      }
    }

    void close() {
      if (open) {
        open = false;
        byte[] inner = replacement.toByteArray();
        replacement.reset();
        splices.replace(
            text.rawStart(start),
            start == at ? text.rawStart(at) : text.rawEnd(at),
            JsonWriter.escape(inner, 0, inner.length));
      }
    }
  }
}
