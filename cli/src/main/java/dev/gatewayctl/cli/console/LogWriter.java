package dev.gatewayctl.cli.console;

import dev.gatewayctl.runtime.gateway.LogLine;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Writes the log to standard error: lines for people on a terminal, JSON lines otherwise.
public final class LogWriter implements Consumer<LogLine> {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Console console;
  private final boolean people;

  private LogWriter(Console console, boolean people) {
    this.console = console;
    this.people = people;
  }

  public static LogWriter of(Console console) {
    return new LogWriter(console, console.world().terminalErr());
  }

  @Override
  public void accept(LogLine line) {
    Instant now = console.world().clock().instant();
    String text = people ? forPeople(now, line) : json(now, line);
    synchronized (this) {
      console.err().print(text + "\n");
      console.err().flush();
    }
  }

  private static String forPeople(Instant now, LogLine line) {
    StringBuilder text = new StringBuilder(CLOCK.format(now));
    text.append(' ').append(line.level()).append(": ").append(line.message());
    new TreeMap<>(line.fields())
        .forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.toString();
  }

  private static String json(Instant now, LogLine line) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("time").value(now.toString()).name("level").value(line.level());
    json.name("message").value(line.message());
    new TreeMap<>(line.fields()).forEach((name, value) -> json.name(name).value(value));
    return json.endObject().text();
  }
}
