package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The lines of an audit directory, as a reader with nothing but a JSON parser sees them.
public final class Records {
  private Records() {}

  /// All bytes of all files.
  static String text(Path directory) {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        all.append(Files.readString(file, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  public static List<JsonValue> exchanges(Path directory) {
    List<JsonValue> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("seg"))) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonDocument.Reading reading = JsonDocument.read(line.getBytes(StandardCharsets.UTF_8));
          assertThat(reading).as(line).isInstanceOf(JsonDocument.Reading.Read.class);
          JsonValue root = ((JsonDocument.Reading.Read) reading).document().root();
          if (text(root, "type").equals("exchange")) {
            records.add(root);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /// Waits until there are that many and gives them; there must not be more.
  public static List<JsonValue> await(Path directory, int count) throws InterruptedException {
    List<JsonValue> found = exchanges(directory);
    for (int i = 0; i < 200 && found.size() < count; i++) {
      Thread.sleep(20);
      found = exchanges(directory);
    }
    assertThat(found).hasSize(count);
    return found;
  }

  /// A member that must be there.
  public static JsonValue at(JsonValue record, String name) {
    JsonValue value = record.find(name);
    if (value == null) {
      throw new AssertionError("a record without `" + name + "`");
    }
    return value;
  }

  /// A member as text, numbers as written, nothing when it is absent.
  public static String text(JsonValue record, String name) {
    JsonValue value = record.find(name);
    return value == null
        ? ""
        : value
            .string()
            .orElse(
                new String(
                    value.bytes(),
                    value.start(),
                    value.end() - value.start(),
                    StandardCharsets.UTF_8));
  }

  /// `decision status code outcome`, what tells how an exchange ended.
  public static String ending(JsonValue record) {
    return String.join(
            " ",
            text(record, "decision"),
            text(record, "status"),
            text(record, "code"),
            text(record, "outcome"))
        .replace("  ", " ");
  }
}
