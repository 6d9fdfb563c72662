package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// Bodies that we write ourselves: errors and the list of models.
public final class GeminiBody {
  private static final String TYPES = "type.googleapis.com/google.rpc.";

  private GeminiBody() {}

  /// An error in the shape of `google.rpc.Status`; its word follows from the status.
  ///
  /// @param code such as `policy_denied`; it becomes the reason of an `ErrorInfo`
  /// @param message names the reason, never any matched text
  /// @param retryAfter seconds after which a new try makes sense
  static byte[] error(int status, String code, String message, OptionalLong retryAfter) {
    JsonWriter json = new JsonWriter().beginObject().name("error").beginObject();
    json.name("code").value(status).name("message").value(message);
    json.name("status").value(statusWord(status)).name("details").beginArray();
    json.beginObject().name("@type").value(TYPES + "ErrorInfo");
    json.name("reason").value(code.toUpperCase(Locale.ROOT));
    json.name("domain").value("gatewayctl").endObject();
    if (retryAfter.isPresent()) {
      json.beginObject().name("@type").value(TYPES + "RetryInfo");
      json.name("retryDelay").value(retryAfter.getAsLong() + "s").endObject();
    }
    return json.endArray().endObject().endObject().toBytes();
  }

  /// Takes line ends out of JSON, which would end a line of an event; they stand only between
  /// values, because strings have them escaped.
  static byte[] inOneLine(byte[] json) {
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        json[i] = ' ';
      }
    }
    return json;
  }

  /// The word of `google.rpc.Code` for an HTTP status.
  static String statusWord(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 409 -> "ABORTED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 499 -> "CANCELLED";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 405, 501 -> "UNIMPLEMENTED";
      case 502, 503 -> "UNAVAILABLE";
      default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
    };
  }

  /// The answer to `GET /v1beta/models`: all on one page.
  public static byte[] models(List<String> names) {
    JsonWriter json = new JsonWriter().beginObject().name("models").beginArray();
    for (String name : names) {
      model(json, name);
    }
    return json.endArray().endObject().toBytes();
  }

  /// The answer to `GET /v1beta/models/NAME`.
  public static byte[] model(String name) {
    JsonWriter json = new JsonWriter();
    model(json, name);
    return json.toBytes();
  }

  private static void model(JsonWriter json, String name) {
    json.beginObject().name("name").value("models/" + name);
    json.name("displayName").value(name);
    json.name("supportedGenerationMethods").beginArray();
    json.value("generateContent").value("countTokens").endArray().endObject();
  }
}
