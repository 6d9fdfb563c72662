package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads an answer, whole or line by line: both have one shape.
final class OllamaToEvents {
  /// The most calls of one answer.
  private static final int MAX_CALLS = 1_024;

  private final Consumer<AnswerEvent> told;
  private boolean began;
  private int calls;

  OllamaToEvents(Consumer<AnswerEvent> told) {
    this.told = told;
  }

  /// Reads an answer or a line.
  ///
  /// @return whether more is to come
  boolean read(JsonValue root) throws Unreadable {
    if (root.present("error") != null) {
      told.accept(new AnswerEvent.Failed(error(0, root)));
      return false;
    }
    if (!began) {
      began = true;
      told.accept(new AnswerEvent.Began(Optional.empty(), word(root, "model")));
    }
    JsonValue message = root.present("message");
    if (message != null) {
      message(message);
    }
    JsonValue done = root.find("done");
    if (done == null || !done.isTrue()) {
      return true;
    }
    String reason = word(root, "done_reason").orElse("stop");
    told.accept(new AnswerEvent.Finished(0, meaning(reason), reason, Optional.empty()));
    Usage usage = OllamaAnswer.usage(root);
    if (!usage.equals(Usage.UNKNOWN)) {
      told.accept(new AnswerEvent.Counted(usage));
    }
    told.accept(new AnswerEvent.Ended());
    return false;
  }

  /// The server has no word for calls.
  private StopReason meaning(String word) {
    return switch (word) {
      case "stop" -> calls > 0 ? StopReason.TOOL_CALLS : StopReason.STOP;
      case "length" -> StopReason.LENGTH;
      case "content_filter" -> StopReason.CONTENT_FILTER;
      default -> StopReason.OTHER;
    };
  }

  private void message(JsonValue message) throws Unreadable {
    JsonValue images = message.present("images");
    if (images != null && !images.items().isEmpty()) {
      throw new Unreadable("the answer holds images, which cannot be translated");
    }
    word(message, "thinking").ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
    word(message, "content").ifPresent(text -> told.accept(new AnswerEvent.Text(0, text)));
    JsonValue list = message.present("tool_calls");
    for (JsonValue call : list == null ? List.<JsonValue>of() : list.items()) {
      JsonValue function = call.present("function");
      Optional<String> name = function == null ? Optional.empty() : word(function, "name");
      if (function == null || name.isEmpty()) {
        throw new Unreadable("a call has no name");
      }
      if (calls == MAX_CALLS) {
        throw new Unreadable("it calls more than " + MAX_CALLS + " tools");
      }
      told.accept(
          new AnswerEvent.CallBegan(
              0, calls, word(call, "id"), name.orElseThrow(), Optional.empty()));
      JsonValue arguments = function.present("arguments");
      String spelled = arguments == null ? "{}" : arguments.text().string();
      told.accept(new AnswerEvent.CallArguments(0, calls, spelled));
      calls++;
    }
  }

  private static Optional<String> word(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string().filter(word -> !word.isEmpty());
  }

  /// What a body with an error status says: one sentence.
  static ProviderError error(int status, byte[] body) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> error(status, document.root());
      case JsonDocument.Reading.Malformed _ ->
          new ProviderError(status, kind(status), "the provider answered with status " + status);
    };
  }

  private static ProviderError error(int status, JsonValue root) {
    int known = status == 0 ? 500 : status;
    return new ProviderError(
        known, kind(known), word(root, "error").orElse("the provider gives no reason"));
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
