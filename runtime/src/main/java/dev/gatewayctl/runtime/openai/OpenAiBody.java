package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Bodies of the OpenAI protocol that we write ourselves: refusals and errors, the list of models,
/// and the answers of a scripted provider.
public final class OpenAiBody {
  private OpenAiBody() {}

  /// What a scripted provider answers.
  ///
  /// @param id such as `chatcmpl-1`
  /// @param created seconds since 1970
  /// @param choices how often the text is given
  /// @param finishReason such as `stop`
  /// @param usage reported when there is one; unknown classes are left out
  public record Answer(
      String id,
      long created,
      String model,
      String text,
      int choices,
      String finishReason,
      Optional<Usage> usage) {
    @Override
    public String toString() {
      return "Answer(" + text.length() + " characters)";
    }
  }

  /// An error in OpenAI's shape; its type follows from the status.
  ///
  /// @param code such as `policy_denied`
  /// @param message names the reason, never any matched text
  public static byte[] error(int status, String code, String message) {
    JsonWriter json = new JsonWriter().beginObject().name("error").beginObject();
    json.name("message").value(message).name("type").value(errorType(status));
    json.name("param").nullValue().name("code").value(code);
    return json.endObject().endObject().toBytes();
  }

  private static String errorType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }

  /// The answer to `GET /v1/models`.
  ///
  /// @param created seconds since 1970, the same for all
  public static byte[] models(List<String> names, long created, String owner) {
    JsonWriter json = new JsonWriter().beginObject().name("object").value("list");
    json.name("data").beginArray();
    for (String name : names) {
      model(json, name, created, owner);
    }
    return json.endArray().endObject().toBytes();
  }

  /// The answer to `GET /v1/models/NAME`.
  public static byte[] model(String name, long created, String owner) {
    JsonWriter json = new JsonWriter();
    model(json, name, created, owner);
    return json.toBytes();
  }

  private static void model(JsonWriter json, String name, long created, String owner) {
    json.beginObject().name("id").value(name).name("object").value("model");
    json.name("created").value(created).name("owned_by").value(owner).endObject();
  }

  /// A whole answer.
  public static byte[] whole(Answer answer) {
    JsonWriter json = new JsonWriter().beginObject();
    head(json, answer, "chat.completion");
    json.name("choices").beginArray();
    for (int i = 0; i < answer.choices(); i++) {
      json.beginObject().name("index").value(i).name("message").beginObject();
      json.name("role").value("assistant").name("content").value(answer.text());
      json.name("refusal").nullValue().endObject();
      json.name("logprobs").nullValue();
      json.name("finish_reason").value(answer.finishReason()).endObject();
    }
    json.endArray();
    answer.usage().ifPresent(usage -> usage(json, usage));
    return json.endObject().toBytes();
  }

  /// A streamed answer, one array of bytes for each event, `[DONE]` included. The text is cut at
  /// `cuts`, code point offsets in rising order; without any, after each word. With `includeUsage`
  /// the usage, if there is one, comes as the event before `[DONE]`, and the others say `usage:
  /// null`.
  public static List<byte[]> events(Answer answer, List<Integer> cuts, boolean includeUsage) {
    boolean reports = includeUsage && answer.usage().isPresent();
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < answer.choices(); i++) {
      events.add(chunk(answer, i, Optional.of(""), true, reports));
    }
    for (String part : parts(answer.text(), cuts)) {
      for (int i = 0; i < answer.choices(); i++) {
        events.add(chunk(answer, i, Optional.of(part), false, reports));
      }
    }
    for (int i = 0; i < answer.choices(); i++) {
      events.add(chunk(answer, i, Optional.empty(), false, reports));
    }
    if (reports) {
      JsonWriter json = new JsonWriter().beginObject();
      head(json, answer, "chat.completion.chunk");
      json.name("choices").beginArray().endArray();
      answer.usage().ifPresent(usage -> usage(json, usage));
      events.add(event(json.endObject().text()));
    }
    events.add(event("[DONE]"));
    return events;
  }

  /// An event of a choice; without a text its last one.
  private static byte[] chunk(
      Answer answer, int choice, Optional<String> text, boolean first, boolean reports) {
    JsonWriter json = new JsonWriter().beginObject();
    head(json, answer, "chat.completion.chunk");
    json.name("choices").beginArray().beginObject().name("index").value(choice);
    json.name("delta").beginObject();
    if (first) {
      json.name("role").value("assistant");
    }
    text.ifPresent(part -> json.name("content").value(part));
    json.endObject().name("finish_reason");
    if (text.isPresent()) {
      json.nullValue();
    } else {
      json.value(answer.finishReason());
    }
    json.endObject().endArray();
    if (reports) {
      json.name("usage").nullValue();
    }
    return event(json.endObject().text());
  }

  private static void head(JsonWriter json, Answer answer, String object) {
    json.name("id").value(answer.id()).name("object").value(object);
    json.name("created").value(answer.created()).name("model").value(answer.model());
  }

  /// The member `usage`; classes that are not known are left out.
  static void usage(JsonWriter json, Usage usage) {
    json.name("usage").beginObject();
    count(json, "prompt_tokens", usage.input());
    count(json, "completion_tokens", usage.output());
    if (usage.input().isPresent() && usage.output().isPresent()) {
      json.name("total_tokens").value(usage.input().getAsLong() + usage.output().getAsLong());
    }
    OptionalLong written = sum(usage.cacheWrite(), usage.cacheWrite1h());
    if (usage.cached().isPresent() || written.isPresent()) {
      json.name("prompt_tokens_details").beginObject();
      count(json, "cached_tokens", usage.cached());
      count(json, "cache_write_tokens", written);
      json.endObject();
    }
    if (usage.reasoning().isPresent()) {
      json.name("completion_tokens_details").beginObject();
      count(json, "reasoning_tokens", usage.reasoning());
      json.endObject();
    }
    json.endObject();
  }

  private static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? OptionalLong.of(one.getAsLong() + other.getAsLong())
        : one.isPresent() ? one : other;
  }

  private static void count(JsonWriter json, String name, OptionalLong count) {
    if (count.isPresent()) {
      json.name(name).value(count.getAsLong());
    }
  }

  private static byte[] event(String data) {
    return ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /// The text in parts: at the cuts that lie inside it, else after each word. A text in the parts
  /// in which it is streamed: cut at `cuts`, code point offsets in rising order; without any, after
  /// each word.
  public static List<String> parts(String text, List<Integer> cuts) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    if (cuts.isEmpty()) {
      for (int i = 1; i < text.length(); i++) {
        if (text.charAt(i) == ' ' && text.charAt(i - 1) != ' ') {
          parts.add(text.substring(at, i));
          at = i;
        }
      }
    }
    int length = text.codePointCount(0, text.length());
    for (int cut : cuts) {
      if (cut > 0 && cut < length) {
        int next = text.offsetByCodePoints(0, cut);
        if (next > at) {
          parts.add(text.substring(at, next));
          at = next;
        }
      }
    }
    if (at < text.length()) {
      parts.add(text.substring(at));
    }
    return parts;
  }
}
