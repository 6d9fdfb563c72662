package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.Dialect;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Bodies of the Anthropic protocol that we write ourselves: errors, the model list, a count of
/// tokens.
public final class AnthropicBody {
  private AnthropicBody() {}

  /// An error in Anthropic's shape. Its type follows from the status, as the official clients
  /// expect; the gateway's own word stands in `details.error_code`.
  static Dialect.ErrorAnswer error(Dialect.ProtocolError error) {
    JsonWriter json = new JsonWriter().beginObject().name("type").value("error");
    json.name("error").beginObject().name("type").value(errorType(error.status()));
    json.name("message").value(error.message());
    json.name("details").beginObject().name("error_code").value(error.code()).endObject();
    json.endObject().name("request_id").value(error.exchange()).endObject();
    return new Dialect.ErrorAnswer(
        error.status(),
        Headers.of("content-type", "application/json", "request-id", error.exchange()),
        json.toBytes());
  }

  static String errorType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 408, 504 -> "timeout_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503, 529 -> "overloaded_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }

  /// The status that an error's type stands for; 500 where it is unknown.
  static int errorStatus(String type) {
    return switch (type) {
      case "invalid_request_error" -> 400;
      case "authentication_error" -> 401;
      case "billing_error" -> 402;
      case "permission_error" -> 403;
      case "not_found_error" -> 404;
      case "request_too_large" -> 413;
      case "rate_limit_error" -> 429;
      case "timeout_error" -> 504;
      case "overloaded_error" -> 529;
      default -> 500;
    };
  }

  /// An error of a provider in this protocol's shape.
  static byte[] failed(ProviderError error) {
    JsonWriter json = new JsonWriter().beginObject().name("type").value("error");
    failed(error, json);
    return json.endObject().toBytes();
  }

  /// The member `error`: the provider's kind where the protocol knows it, else that of its status.
  static void failed(ProviderError error, JsonWriter json) {
    boolean known = errorStatus(error.kind()) != 500 || error.kind().equals("api_error");
    json.name("error").beginObject().name("type");
    json.value(known ? error.kind() : errorType(error.status()));
    json.name("message").value(error.message()).endObject();
  }

  /// The answer to `GET /v1/models`: all models on one page.
  ///
  /// @param created the same for all
  public static byte[] models(List<String> names, Instant created) {
    JsonWriter json = new JsonWriter().beginObject().name("data").beginArray();
    for (String name : names) {
      model(json, name, created);
    }
    json.endArray().name("has_more").value(false);
    edge(json, "first_id", names.isEmpty() ? "" : names.getFirst());
    edge(json, "last_id", names.isEmpty() ? "" : names.getLast());
    return json.endObject().toBytes();
  }

  /// The answer to `GET /v1/models/NAME`.
  public static byte[] model(String name, Instant created) {
    JsonWriter json = new JsonWriter();
    model(json, name, created);
    return json.toBytes();
  }

  private static void model(JsonWriter json, String name, Instant created) {
    json.beginObject().name("type").value("model").name("id").value(name);
    json.name("display_name").value(name);
    json.name("created_at").value(created.truncatedTo(ChronoUnit.SECONDS).toString()).endObject();
  }

  private static void edge(JsonWriter json, String member, String name) {
    json.name(member);
    if (name.isEmpty()) {
      json.nullValue();
    } else {
      json.value(name);
    }
  }

  /// The answer to `POST /v1/messages/count_tokens` where we count ourselves.
  public static byte[] count(long inputTokens) {
    return new JsonWriter()
        .beginObject()
        .name("input_tokens")
        .value(inputTokens)
        .endObject()
        .toBytes();
  }
}
