package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as one message. The protocol has one answer to a request: other
/// choices than the first are left out. An answer that failed, or ended in an error, is written as
/// an error.
final class EventsToMessage {
  /// Reasons that this protocol has a word for, whoever says it.
  private static final Set<String> OWN_REASONS =
      Set.of("end_turn", "model_context_window_exceeded", "pause_turn", "refusal");

  private final Answering answering;
  private final List<Block> blocks = new ArrayList<>();
  private AnswerEvent.Began began = new AnswerEvent.Began(Optional.empty(), Optional.empty());
  private AnswerEvent.@Nullable Finished finished;
  private @Nullable ProviderError error;
  private Usage usage = Usage.UNKNOWN;

  private EventsToMessage(Answering answering) {
    this.answering = answering;
  }

  /// A block that is being put together.
  ///
  /// @param kind of the block
  /// @param text of it; of a call its arguments
  private record Block(
      Kind kind,
      StringBuilder text,
      StringBuilder signature,
      Optional<AnswerEvent.CallBegan> call) {
    private Block(Kind kind) {
      this(kind, new StringBuilder(), new StringBuilder(), Optional.empty());
    }

    private Block(AnswerEvent.CallBegan call) {
      this(Kind.CALL, new StringBuilder(), new StringBuilder(), Optional.of(call));
    }
  }

  private enum Kind {
    TEXT,
    THOUGHT,
    HIDDEN,
    CALL
  }

  static byte[] write(List<AnswerEvent> events, Answering answering) {
    EventsToMessage writer = new EventsToMessage(answering);
    events.forEach(writer::take);
    return writer.spelled();
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began said -> began = said;
      case AnswerEvent.Text(int choice, String text) -> add(choice, Kind.TEXT, text);
      case AnswerEvent.Refusal(int choice, String text) -> add(choice, Kind.TEXT, text);
      case AnswerEvent.Reasoning(int choice, String text) -> add(choice, Kind.THOUGHT, text);
      case AnswerEvent.ReasoningSigned(int choice, String signature) -> signed(choice, signature);
      case AnswerEvent.HiddenReasoning(int choice, String data) -> {
        if (choice == 0) {
          Block block = new Block(Kind.HIDDEN);
          block.text.append(data);
          blocks.add(block);
        }
      }
      case AnswerEvent.CallBegan call -> {
        if (call.choice() == 0) {
          blocks.add(new Block(call));
        }
      }
      case AnswerEvent.CallArguments arguments -> {
        if (arguments.choice() == 0) {
          argued(arguments);
        }
      }
      case AnswerEvent.Finished said -> {
        if (said.choice() == 0) {
          finished = said;
          error = error == null && said.reason() == StopReason.ERROR ? ended(said) : error;
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> error = failed.error();
      case AnswerEvent.Ended _ -> {}
    }
  }

  /// The error that an end by error is.
  static ProviderError ended(AnswerEvent.Finished finished) {
    return new ProviderError(502, finished.word(), "the provider ended the answer in an error");
  }

  private void add(int choice, Kind kind, String text) {
    if (choice != 0 || text.isEmpty()) {
      return;
    }
    if (blocks.isEmpty()
        || blocks.getLast().kind != kind
        || !blocks.getLast().signature.isEmpty()) {
      blocks.add(new Block(kind));
    }
    blocks.getLast().text.append(text);
  }

  private void signed(int choice, String signature) {
    if (choice != 0) {
      return;
    }
    if (blocks.isEmpty() || blocks.getLast().kind != Kind.THOUGHT) {
      blocks.add(new Block(Kind.THOUGHT));
    }
    blocks.getLast().signature.append(signature);
  }

  private void argued(AnswerEvent.CallArguments arguments) {
    for (Block block : blocks) {
      if (block.call.isPresent() && block.call.get().ordinal() == arguments.ordinal()) {
        block.text.append(arguments.fragment());
      }
    }
  }

  private byte[] spelled() {
    if (error != null) {
      return AnthropicBody.failed(error);
    }
    JsonWriter json = new JsonWriter().beginObject();
    json.name("id").value(id(began, answering)).name("type").value("message");
    json.name("role").value("assistant");
    json.name("model").value(began.model().orElse(answering.model()));
    json.name("content").beginArray();
    blocks.forEach(block -> block(block, json));
    json.endArray();
    boolean called = blocks.stream().anyMatch(block -> block.kind == Kind.CALL);
    stop(finished, called, json);
    json.name("usage").beginObject();
    usage(usage, json);
    return json.endObject().endObject().toBytes();
  }

  private void block(Block block, JsonWriter json) {
    json.beginObject().name("type");
    switch (block.kind) {
      case TEXT -> json.value("text").name("text").value(block.text.toString());
      case THOUGHT -> {
        json.value("thinking").name("thinking").value(block.text.toString());
        json.name("signature").value(block.signature.toString());
      }
      case HIDDEN -> json.value("redacted_thinking").name("data").value(block.text.toString());
      case CALL -> {
        json.value("tool_use");
        block.call.ifPresent(call -> call(call, answering, json));
        json.name("input");
        TurnsToBlocks.input(block.text.toString(), json);
      }
    }
    json.endObject();
  }

  /// The provider's id of an answer, else one of the exchange.
  static String id(AnswerEvent.Began began, Answering answering) {
    return began.id().orElseGet(() -> "msg_" + bare(answering.exchange()));
  }

  /// The members that name a call; a provider that gives no id gets one that is the same each time.
  static void call(AnswerEvent.CallBegan call, Answering answering, JsonWriter json) {
    json.name("id");
    json.value(
        call.id().orElseGet(() -> "toolu_" + bare(answering.exchange()) + "_" + call.ordinal()));
    json.name("name").value(call.name());
  }

  private static String bare(String exchange) {
    return exchange.substring(exchange.indexOf('_') + 1);
  }

  /// Why the answer ended; null while it did not. A provider that says an answer with calls simply
  /// stopped means that the calls are to be made.
  static void stop(AnswerEvent.@Nullable Finished finished, boolean called, JsonWriter json) {
    json.name("stop_reason");
    if (finished == null) {
      json.nullValue().name("stop_sequence").nullValue();
      return;
    }
    boolean sequence = finished.stopSequence().isPresent();
    String word =
        switch (finished.reason()) {
          case STOP -> sequence ? "stop_sequence" : called ? "tool_use" : "end_turn";
          case TOOL_CALLS -> "tool_use";
          case LENGTH -> "max_tokens";
          case CONTENT_FILTER -> "refusal";
          case PAUSE -> "pause_turn";
          case ERROR, OTHER -> called ? "tool_use" : "end_turn";
        };
    json.value(OWN_REASONS.contains(finished.word()) ? finished.word() : word);
    json.name("stop_sequence");
    if (sequence) {
      json.value(finished.stopSequence().get());
    } else {
      json.nullValue();
    }
  }

  /// The counts: input that no cache had a part in apart from that which one had. What is unknown
  /// is left out, but for `output_tokens`, which clients insist on.
  static void usage(Usage usage, JsonWriter json) {
    OptionalLong all = usage.input();
    if (all.isPresent()) {
      long parts =
          usage.cached().orElse(0) + usage.cacheWrite().orElse(0) + usage.cacheWrite1h().orElse(0);
      json.name("input_tokens").value(Math.max(0, all.getAsLong() - parts));
    }
    boolean writes = usage.cacheWrite().isPresent() || usage.cacheWrite1h().isPresent();
    if (writes) {
      long both = usage.cacheWrite().orElse(0) + usage.cacheWrite1h().orElse(0);
      json.name("cache_creation_input_tokens").value(both);
    }
    if (usage.cached().isPresent()) {
      json.name("cache_read_input_tokens").value(usage.cached().getAsLong());
    }
    if (usage.cacheWrite1h().isPresent()) {
      json.name("cache_creation").beginObject();
      json.name("ephemeral_5m_input_tokens").value(usage.cacheWrite().orElse(0));
      json.name("ephemeral_1h_input_tokens").value(usage.cacheWrite1h().getAsLong());
      json.endObject();
    }
    json.name("output_tokens").value(usage.output().orElse(0));
    if (usage.reasoning().isPresent()) {
      json.name("output_tokens_details").beginObject();
      json.name("thinking_tokens").value(usage.reasoning().getAsLong()).endObject();
    }
  }
}
