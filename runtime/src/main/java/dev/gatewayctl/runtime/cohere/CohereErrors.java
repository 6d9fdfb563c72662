package dev.gatewayctl.runtime.cohere;

import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.Optional;

/// Errors of the service: an id and a sentence; the status tells the kind.
final class CohereErrors {
  private CohereErrors() {}

  /// What a body with an error status says.
  static ProviderError read(int status, byte[] body) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> read(status, document.root());
      case JsonDocument.Reading.Malformed _ ->
          new ProviderError(status, kind(status), "the provider answered with status " + status);
    };
  }

  /// What an error within an answer says.
  static ProviderError read(int status, JsonValue root) {
    Optional<String> message = word(root, "message").or(() -> word(root, "error"));
    return new ProviderError(status, kind(status), message.orElse("the provider gives no reason"));
  }

  private static Optional<String> word(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string().filter(word -> !word.isEmpty());
  }

  private static String kind(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      default -> status >= 500 ? "server_error" : "invalid_request_error";
    };
  }
}
