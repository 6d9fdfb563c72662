package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.Locale;
import java.util.Optional;

/// The words by which a candidate says why it ended.
final class FinishReasons {
  /// How a candidate ends whose text was filtered.
  static final String FILTERED = "SAFETY";

  private FinishReasons() {}

  /// What a candidate says, if it does.
  static Optional<String> of(JsonValue candidate) {
    JsonValue reason = candidate.find("finishReason");
    return reason == null
        ? Optional.empty()
        : reason.string().filter(word -> !word.equals("FINISH_REASON_UNSPECIFIED"));
  }

  /// Why a prompt was not answered at all, if it was not.
  static Optional<String> blocked(JsonValue root) {
    JsonValue feedback = root.find("promptFeedback");
    JsonValue reason = feedback == null ? null : feedback.find("blockReason");
    return reason == null
        ? Optional.empty()
        : reason.string().filter(word -> !word.equals("BLOCK_REASON_UNSPECIFIED"));
  }

  /// What a word means.
  ///
  /// @param called whether the candidate called a function before: the protocol has no word of its
  ///   own for an end to call tools
  static StopReason meaning(String word, boolean called) {
    return switch (word) {
      case "STOP" -> called ? StopReason.TOOL_CALLS : StopReason.STOP;
      case "MAX_TOKENS" -> StopReason.LENGTH;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "IMAGE_OTHER" ->
          StopReason.CONTENT_FILTER;
      case "MALFORMED_FUNCTION_CALL",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MISSING_THOUGHT_SIGNATURE",
          "MALFORMED_RESPONSE" ->
          StopReason.ERROR;
      default -> StopReason.OTHER;
    };
  }

  /// The word of the chat protocol, else the provider's own in lower case.
  static String chatWord(String word, boolean called) {
    return switch (meaning(word, called)) {
      case STOP -> "stop";
      case TOOL_CALLS -> "tool_calls";
      case LENGTH -> "length";
      case CONTENT_FILTER -> "content_filter";
      case PAUSE, ERROR, OTHER -> word.toLowerCase(Locale.ROOT);
    };
  }

  /// The word of this protocol.
  static String word(StopReason reason) {
    return switch (reason) {
      case STOP, TOOL_CALLS, PAUSE -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case CONTENT_FILTER -> FILTERED;
      case ERROR -> "MALFORMED_FUNCTION_CALL";
      case OTHER -> "OTHER";
    };
  }
}
