package dev.gatewayctl.runtime.conversation;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// A protocol as callers speak it, where the provider speaks another. Stateless and shared.
public interface CallerProtocol {
  /// What the caller asks. Unknown members that mean nothing elsewhere are losses.
  ///
  /// @throws Unfit when a part of it cannot be understood
  Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit;

  /// A whole answer in this protocol.
  byte[] whole(List<AnswerEvent> events, Answering answering);

  /// Begins a streamed answer in this protocol.
  Writer stream(Answering answering);

  /// What the caller asked that shapes the answer.
  ///
  /// @param model the name by which the provider knows the model, told where the answer needs one
  ///   and the provider tells none
  /// @param exchange the exchange's id, from which ids are made that the provider does not give
  /// @param seconds the time of the exchange, since 1970
  /// @param includeUsage whether a stream shall end with usage, where the protocol leaves it open
  /// @param inputEstimate tokens of the input by our own count, for protocols that tell them first
  /// @param array whether a stream is wanted as one JSON array, as [RequestPath] says
  record Answering(
      String model,
      String exchange,
      long seconds,
      boolean includeUsage,
      long inputEstimate,
      boolean array) {
    /// For a stream as the protocol usually frames it.
    public Answering(
        String model, String exchange, long seconds, boolean includeUsage, long inputEstimate) {
      this(model, exchange, seconds, includeUsage, inputEstimate, false);
    }
  }

  /// Writes a stream event by event; one object for each stream.
  interface Writer {
    /// The bytes of what this event adds, perhaps none; framing and all. After [AnswerEvent.Failed]
    /// and [AnswerEvent.Ended] there are none any more. A stream that was cut is told no end.
    byte[] write(AnswerEvent event);
  }
}
