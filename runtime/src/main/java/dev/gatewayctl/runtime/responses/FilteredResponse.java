package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Spells the response object of a stream that is filtered.
final class FilteredResponse {
  /// Members that say how it ended.
  private static final Set<String> END =
      Set.of(
          "completed_at",
          "error",
          "incomplete_details",
          "output",
          "output_text",
          "status",
          "usage");

  private FilteredResponse() {}

  /// The object of a response that begins.
  ///
  /// @param seen the provider's first one, which did not go out; it gives its id, time and model
  static void begin(JsonWriter json, @Nullable JsonValue seen) {
    json.beginObject();
    bare(json, seen);
    json.name("status").value("in_progress").name("error").nullValue();
    json.name("incomplete_details").nullValue();
    json.name("output").beginArray().endArray().endObject();
  }

  /// The object of a response that ends.
  ///
  /// @param begun the provider's first one
  /// @param told whether that one went out to the caller; if not, it gives its id, time and model
  static void end(
      JsonWriter json, @Nullable JsonValue begun, boolean told, List<byte[]> output, Usage usage) {
    json.beginObject();
    if (told && begun != null) {
      for (JsonValue.Member member : begun.members()) {
        String name = member.name().text().string();
        if (!END.contains(name)) {
          JsonValue value = member.value();
          json.name(name).raw(value.bytes(), value.start(), value.end());
        }
      }
    } else {
      bare(json, begun);
    }
    json.name("status").value("incomplete").name("error").nullValue();
    json.name("incomplete_details").beginObject();
    json.name("reason").value("content_filter").endObject();
    json.name("output").beginArray();
    output.forEach(item -> json.raw(item, 0, item.length));
    json.endArray();
    ResponsesUsage.write(json, usage);
    json.endObject();
  }

  /// The members that every response object has, empty.
  private static void bare(JsonWriter json, @Nullable JsonValue begun) {
    JsonValue id = begun == null ? null : begun.find("id");
    JsonValue model = begun == null ? null : begun.find("model");
    JsonValue time = begun == null ? null : begun.find("created_at");
    json.name("id").value(id != null && id.isString() ? id.text().string() : "resp_filtered");
    json.name("object").value("response");
    json.name("created_at").value(time == null ? 0 : time.wholeNumber().orElse(0));
    json.name("model").value(model != null && model.isString() ? model.text().string() : "");
    json.name("instructions").nullValue().name("metadata").beginObject().endObject();
    json.name("tools").beginArray().endArray().name("tool_choice").value("auto");
    json.name("parallel_tool_calls").value(true);
    json.name("temperature").nullValue().name("top_p").nullValue();
  }
}
