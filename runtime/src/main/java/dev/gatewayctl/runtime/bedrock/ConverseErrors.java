package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Errors of the protocol: `message` in the body, the exception's name in a header. Amazon's
/// clients choose the type that they throw by that name, and whether they try again by the name and
/// the status.
final class ConverseErrors {
  private static final int MAX_MESSAGE = 1_000;

  private ConverseErrors() {}

  /// An error as the protocol spells it; the gateway's own word stands beside the message.
  static Dialect.ErrorAnswer write(Dialect.ProtocolError error) {
    byte[] body =
        new JsonWriter()
            .beginObject()
            .name("message")
            .value(error.message())
            .name("error_code")
            .value(error.code())
            .endObject()
            .toBytes();
    Headers head =
        Headers.of(
            "content-type",
            "application/json",
            "x-amzn-errortype",
            exception(error.status()),
            "x-amzn-requestid",
            error.exchange());
    return new Dialect.ErrorAnswer(error.status(), head, body);
  }

  /// The name of the exception that a status stands for.
  static String exception(int status) {
    return switch (status) {
      case 401 -> "UnrecognizedClientException";
      case 403 -> "AccessDeniedException";
      case 404 -> "ResourceNotFoundException";
      case 408 -> "ModelTimeoutException";
      case 409 -> "ConflictException";
      case 424 -> "ModelErrorException";
      case 429 -> "ThrottlingException";
      case 503, 529 -> "ServiceUnavailableException";
      default -> status >= 500 ? "InternalServerException" : "ValidationException";
    };
  }

  /// The status that an exception stands for, whatever the case of its first letter; 500 where it
  /// is unknown.
  static int status(String exception) {
    return switch (exception.toLowerCase(Locale.ROOT)) {
      case "validationexception" -> 400;
      case "unrecognizedclientexception" -> 401;
      case "accessdeniedexception" -> 403;
      case "resourcenotfoundexception" -> 404;
      case "modeltimeoutexception" -> 408;
      case "conflictexception" -> 409;
      case "modelerrorexception", "modelstreamerrorexception" -> 424;
      case "throttlingexception", "modelnotreadyexception", "servicequotaexceededexception" -> 429;
      case "serviceunavailableexception" -> 503;
      default -> 500;
    };
  }

  /// What an error's body says; the header that names it is not part of it.
  static ProviderError read(int status, byte[] body) {
    String message =
        JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document)
            ? message(document.root())
            : new String(body, StandardCharsets.UTF_8).strip();
    return new ProviderError(status, exception(status), bounded(message));
  }

  /// What an exception in a stream says.
  static ProviderError read(EventStreamFrame frame) {
    String message = frame.errorMessage();
    if (message.isEmpty()
        && JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())
            instanceof JsonDocument.Reading.Read(JsonDocument document)) {
      message = message(document.root());
    }
    return new ProviderError(status(frame.name()), frame.name(), bounded(message));
  }

  private static String message(JsonValue root) {
    for (String name : List.of("message", "Message", "originalMessage")) {
      JsonValue said = root.find(name);
      if (said != null && said.isString()) {
        return said.text().string();
      }
    }
    return "";
  }

  private static String bounded(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
  }
}
