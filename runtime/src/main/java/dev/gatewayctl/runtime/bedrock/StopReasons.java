package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;

/// The words by which an answer says why it ended.
final class StopReasons {
  /// How an answer ends whose text was filtered.
  static final String FILTERED = "content_filtered";

  private StopReasons() {}

  /// What a word means.
  static StopReason meaning(String word) {
    return switch (word) {
      case "end_turn", "stop_sequence" -> StopReason.STOP;
      case "tool_use" -> StopReason.TOOL_CALLS;
      case "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
      case "guardrail_intervened", FILTERED -> StopReason.CONTENT_FILTER;
      case "malformed_model_output", "malformed_tool_use" -> StopReason.ERROR;
      default -> StopReason.OTHER;
    };
  }

  /// The word of the chat protocol, else the provider's own.
  static String chatWord(String word) {
    return switch (meaning(word)) {
      case STOP -> "stop";
      case TOOL_CALLS -> "tool_calls";
      case LENGTH -> "length";
      case CONTENT_FILTER -> "content_filter";
      case PAUSE, ERROR, OTHER -> word;
    };
  }

  /// The word of this protocol.
  ///
  /// @param stopSequence whether a stop sequence ended the answer
  static String word(StopReason reason, boolean stopSequence) {
    return switch (reason) {
      case STOP -> stopSequence ? "stop_sequence" : "end_turn";
      case TOOL_CALLS -> "tool_use";
      case LENGTH -> "max_tokens";
      case CONTENT_FILTER -> FILTERED;
      case ERROR -> "malformed_model_output";
      case PAUSE, OTHER -> "end_turn";
    };
  }
}
