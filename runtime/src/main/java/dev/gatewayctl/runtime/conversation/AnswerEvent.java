package dev.gatewayctl.runtime.conversation;

import dev.gatewayctl.runtime.exchange.Usage;
import java.util.Optional;

/// Something that a model's answer says, in order: the same events for a whole answer and for a
/// stream, where texts come in fragments. Blocks are not told: a writer whose protocol has them
/// opens and closes them where the kind of event changes.
public sealed interface AnswerEvent {
  /// The answer begins; the first event.
  ///
  /// @param id the provider's, where it gives one
  /// @param model as the provider names it
  record Began(Optional<String> id, Optional<String> model) implements AnswerEvent {}

  /// Text of the answer.
  record Text(int choice, String text) implements AnswerEvent {
    @Override
    public String toString() {
      return "Text(" + choice + ", " + text.length() + " characters)";
    }
  }

  /// Text of a refusal by the model.
  record Refusal(int choice, String text) implements AnswerEvent {
    @Override
    public String toString() {
      return "Refusal(" + choice + ", " + text.length() + " characters)";
    }
  }

  /// Text of a thought.
  record Reasoning(int choice, String text) implements AnswerEvent {
    @Override
    public String toString() {
      return "Reasoning(" + choice + ", " + text.length() + " characters)";
    }
  }

  /// The thought that was told ends with this signature.
  record ReasoningSigned(int choice, String signature) implements AnswerEvent {}

  /// A thought that the provider shows to nobody.
  record HiddenReasoning(int choice, String data) implements AnswerEvent {}

  /// A call of a tool begins.
  ///
  /// @param ordinal counts the calls of a choice from 0
  /// @param id empty where the provider gives none; a writer makes one up that is the same each
  ///   time
  /// @param signature that must come back with the call
  record CallBegan(
      int choice, int ordinal, Optional<String> id, String name, Optional<String> signature)
      implements AnswerEvent {}

  /// More of the arguments of that call: JSON text.
  record CallArguments(int choice, int ordinal, String fragment) implements AnswerEvent {
    @Override
    public String toString() {
      return "CallArguments(" + ordinal + ", " + fragment.length() + " characters)";
    }
  }

  /// A choice is complete.
  ///
  /// @param word the provider's own word for why
  /// @param stopSequence the one that ended it, where it is told
  record Finished(int choice, StopReason reason, String word, Optional<String> stopSequence)
      implements AnswerEvent {}

  /// Tokens counted so far: each one replaces those before.
  record Counted(Usage usage) implements AnswerEvent {}

  /// The provider reports an error instead of going on.
  record Failed(ProviderError error) implements AnswerEvent {}

  /// The provider's own end of the answer; a stream without it was cut.
  record Ended() implements AnswerEvent {}

  /// Why a choice is complete.
  enum StopReason {
    /// By itself, or by a stop sequence.
    STOP,
    /// To call tools.
    TOOL_CALLS,
    /// At a limit on tokens or at the end of the context.
    LENGTH,
    /// Filtered or refused.
    CONTENT_FILTER,
    /// The turn pauses; the caller sends the conversation again to go on.
    PAUSE,
    /// In an error, such as a malformed call.
    ERROR,
    /// In a way that has no word elsewhere.
    OTHER
  }

  /// An error of a provider in words.
  ///
  /// @param status the HTTP status, or the one that its kind stands for
  /// @param kind the provider's own word, such as `rate_limit_error`
  /// @param message the provider's text
  record ProviderError(int status, String kind, String message) {
    @Override
    public String toString() {
      return "ProviderError(" + status + " " + kind + ")";
    }
  }
}
