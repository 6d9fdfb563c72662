package dev.gatewayctl.runtime.conversation;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// A protocol as providers speak it, where the caller speaks another. Stateless and shared.
public interface ProviderProtocol {
  /// The body of the request in this protocol. What it has no word for is a loss.
  byte[] write(Conversation conversation, Asking asking, Losses losses);

  /// What a whole answer says, from [AnswerEvent.Began] to [AnswerEvent.Ended].
  ///
  /// @throws Unreadable when it is no answer of this protocol
  List<AnswerEvent> whole(byte[] body) throws Unreadable;

  /// Begins to read a streamed answer.
  Reader stream();

  /// What an answer with an error status says.
  AnswerEvent.ProviderError error(int status, byte[] body);

  /// What is known of the target and shapes the request.
  ///
  /// @param maxOutput the most output tokens of the model, where they are known: for protocols that
  ///   must be told a number
  /// @param maxTokensMember the chat dialect's member for the cap on output
  /// @param usageOnStreams whether a stream has to be asked for usage
  record Asking(OptionalLong maxOutput, String maxTokensMember, boolean usageOnStreams) {}

  /// Reads a stream; one object for each.
  interface Reader {
    /// Takes bytes, cut anywhere, and tells what they say.
    void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable;

    /// The bytes have ended. A protocol without an end mark tells [AnswerEvent.Ended] here when its
    /// last event has come; no other makes one up.
    void finish(Consumer<AnswerEvent> told) throws Unreadable;
  }

  /// Bytes that are no answer of the protocol.
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /// What is wrong, in plain words without any of the text.
    public Unreadable(String problem) {
      super(problem, null, false, false);
    }
  }
}
