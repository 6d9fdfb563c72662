package dev.gatewayctl.cli.console;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// `--format text|json`: the two forms that every result has.
public final class FormatOption {
  /// A form.
  public enum Form {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How to print: ${COMPLETION-CANDIDATES}; default: text.")
  private Form form = Form.TEXT;

  public boolean isJson() {
    return form == Form.JSON;
  }

  /// Prints the text, or a JSON document: its first member is the version of its form.
  public void print(Console console, String text, Consumer<JsonWriter> members) {
    if (isJson()) {
      JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
      members.accept(json);
      console.line(json.endObject().text());
    } else {
      console.print(text.endsWith("\n") ? text : text + "\n");
    }
  }
}
