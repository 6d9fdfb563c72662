package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.wire.AnswerBody;
import java.nio.charset.StandardCharsets;

/// The assistant's text in what a caller gets, whole or as a stream.
public final class AnswerText {
  private static final String DATA = "data: ";

  private AnswerText() {}

  /// The text; of a body that is no answer the body itself.
  public static String of(byte[] received) {
    String raw = new String(received, StandardCharsets.UTF_8);
    if (raw.startsWith(DATA)) {
      StringBuilder text = new StringBuilder();
      raw.lines().filter(line -> line.startsWith(DATA + "{")).forEach(line -> delta(line, text));
      return text.toString();
    }
    return ChatDialect.INSTANCE.answer(received) instanceof AnswerBody.Reading.Read read
            && !read.answer().text().isEmpty()
        ? read.answer().text()
        : raw;
  }

  private static void delta(String line, StringBuilder text) {
    byte[] json = line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8);
    if (!(JsonDocument.read(json) instanceof JsonDocument.Reading.Read read)) {
      return;
    }
    JsonValue choices = read.document().root().find("choices");
    if (choices == null) {
      return;
    }
    for (JsonValue choice : choices.items()) {
      JsonValue delta = choice.find("delta");
      JsonValue content = delta == null ? null : delta.present("content");
      if (content != null && content.isString()) {
        text.append(content.text().string());
      }
    }
  }
}
