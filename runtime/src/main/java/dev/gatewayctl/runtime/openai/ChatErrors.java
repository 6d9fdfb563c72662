package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads errors of providers of the chat protocol: `{"error": {"message", "type", "code"}}`, and
/// the flatter shapes of its dialects.
final class ChatErrors {
  private ChatErrors() {}

  /// What a body with an error status says; a page in HTML says no more than its status.
  static ProviderError read(int status, byte[] body) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> read(status, document.root());
      case JsonDocument.Reading.Malformed _ -> unspoken(status);
    };
  }

  private static ProviderError unspoken(int status) {
    return new ProviderError(status, kind(status), "the provider answered with status " + status);
  }

  /// What an error says.
  ///
  /// @param status 0 where it came without one, inside an answer
  static ProviderError read(int status, JsonValue root) {
    JsonValue given = root.present("error");
    JsonValue error = given != null && given.isObject() ? given : root;
    Optional<String> code = word(error, "code");
    Optional<String> type = word(error, "type");
    int known = status == 0 ? status(error, code, type) : status;
    Optional<String> message =
        word(error, "message")
            .or(() -> given == null ? Optional.empty() : given.string())
            .or(() -> word(root, "message"))
            .or(() -> word(root, "detail"));
    if (message.isEmpty() && code.isEmpty() && type.isEmpty()) {
      return unspoken(known);
    }
    return new ProviderError(
        known,
        code.or(() -> type).orElseGet(() -> kind(known)),
        message.orElseGet(() -> "the provider gives no reason"));
  }

  /// A word that is no number.
  private static Optional<String> word(JsonValue object, String name) {
    return ChatParts.text(object, name)
        .filter(word -> !word.isEmpty() && !Character.isDigit(word.charAt(0)));
  }

  private static int status(JsonValue error, Optional<String> code, Optional<String> type) {
    OptionalLong number = number(error.present("code"));
    if (number.isPresent() && number.getAsLong() >= 400 && number.getAsLong() <= 599) {
      return (int) number.getAsLong();
    }
    int byCode = code.map(ChatErrors::status).orElse(0);
    return byCode != 0 ? byCode : type.map(ChatErrors::status).filter(s -> s != 0).orElse(500);
  }

  /// A number, also where it is spelled as a string.
  private static OptionalLong number(@Nullable JsonValue value) {
    if (value == null) {
      return OptionalLong.empty();
    }
    if (value.isNumber()) {
      return value.wholeNumber();
    }
    String spelled = value.text().string();
    return spelled.matches("[1-9][0-9]{2}")
        ? OptionalLong.of(Long.parseLong(spelled))
        : OptionalLong.empty();
  }

  private static int status(String word) {
    return switch (word) {
      case "invalid_request_error",
          "invalid_request",
          "content_filter",
          "context_length_exceeded" ->
          400;
      case "authentication_error", "invalid_api_key" -> 401;
      case "permission_error", "permission_denied" -> 403;
      case "not_found_error", "model_not_found" -> 404;
      case "rate_limit_error",
          "rate_limit_exceeded",
          "slow_down",
          "insufficient_quota",
          "too_many_requests" ->
          429;
      case "overloaded_error", "server_is_overloaded", "service_unavailable" -> 503;
      default -> 0;
    };
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
