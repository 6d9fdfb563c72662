package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as one message. The protocol has one answer to a request: other
/// choices than the first are left out. An answer that failed, or ended in an error, is written as
/// an error.
final class EventsToConverse {
  private final Answering answering;
  private final List<Block> blocks = new ArrayList<>();
  private AnswerEvent.@Nullable Finished finished;
  private @Nullable ProviderError error;
  private Usage usage = Usage.UNKNOWN;

  private EventsToConverse(Answering answering) {
    this.answering = answering;
  }

  private enum Kind {
    TEXT,
    THOUGHT,
    HIDDEN,
    CALL
  }

  /// A block that is being put together.
  private static final class Block {
    private final Kind kind;
    private final StringBuilder text = new StringBuilder();
    private String signature = "";
    private Optional<AnswerEvent.CallBegan> call = Optional.empty();

    Block(Kind kind) {
      this.kind = kind;
    }
  }

  static byte[] write(List<AnswerEvent> events, Answering answering) {
    EventsToConverse writer = new EventsToConverse(answering);
    events.forEach(writer::take);
    return writer.spelled();
  }

  private void take(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Began _, AnswerEvent.Ended _ -> {}
      case AnswerEvent.Text(int choice, String text) -> add(choice, Kind.TEXT, text);
      case AnswerEvent.Refusal(int choice, String text) -> add(choice, Kind.TEXT, text);
      case AnswerEvent.Reasoning(int choice, String text) -> add(choice, Kind.THOUGHT, text);
      case AnswerEvent.ReasoningSigned(int choice, String signature) -> {
        if (choice == 0) {
          block(Kind.THOUGHT).signature = signature;
        }
      }
      case AnswerEvent.HiddenReasoning(int choice, String data) -> {
        if (choice == 0) {
          blocks.add(new Block(Kind.HIDDEN));
          blocks.getLast().text.append(data);
        }
      }
      case AnswerEvent.CallBegan call -> {
        if (call.choice() == 0) {
          blocks.add(new Block(Kind.CALL));
          blocks.getLast().call = Optional.of(call);
        }
      }
      case AnswerEvent.CallArguments said -> {
        if (said.choice() == 0) {
          blocks.stream()
              .filter(b -> b.call.filter(c -> c.ordinal() == said.ordinal()).isPresent())
              .forEach(b -> b.text.append(said.fragment()));
        }
      }
      case AnswerEvent.Finished said -> {
        if (said.choice() == 0) {
          finished = said;
        }
      }
      case AnswerEvent.Counted counted -> usage = counted.usage();
      case AnswerEvent.Failed failed -> error = failed.error();
    }
  }

  /// The block that a text of that kind goes on with.
  private Block block(Kind kind) {
    if (blocks.isEmpty()
        || blocks.getLast().kind != kind
        || !blocks.getLast().signature.isEmpty()) {
      blocks.add(new Block(kind));
    }
    return blocks.getLast();
  }

  private void add(int choice, Kind kind, String text) {
    if (choice == 0 && !text.isEmpty()) {
      block(kind).text.append(text);
    }
  }

  private byte[] spelled() {
    ProviderError failed = error;
    if (failed == null && finished != null && finished.reason() == StopReason.ERROR) {
      failed = ended(finished);
    }
    JsonWriter json = new JsonWriter().beginObject();
    if (failed != null) {
      return json.name("message").value(failed.message()).endObject().toBytes();
    }
    json.name("output").beginObject().name("message").beginObject();
    json.name("role").value("assistant").name("content").beginArray();
    for (Block block : blocks) {
      block(block, json);
    }
    json.endArray().endObject().endObject().name("stopReason");
    json.value(reason(finished, blocks.stream().anyMatch(block -> block.kind == Kind.CALL)));
    json.name("usage");
    ConverseUsage.write(json, usage);
    json.name("metrics").beginObject().name("latencyMs").value(0).endObject();
    return json.endObject().toBytes();
  }

  private void block(Block block, JsonWriter json) {
    String text = block.text.toString();
    json.beginObject();
    switch (block.kind) {
      case TEXT -> json.name("text").value(text);
      case THOUGHT -> {
        json.name("reasoningContent").beginObject().name("reasoningText").beginObject();
        json.name("text").value(text);
        if (!block.signature.isEmpty()) {
          json.name("signature").value(block.signature);
        }
        json.endObject().endObject();
      }
      case HIDDEN ->
          json.name("reasoningContent")
              .beginObject()
              .name("redactedContent")
              .value(text)
              .endObject();
      case CALL -> {
        json.name("toolUse").beginObject();
        block.call.ifPresent(call -> call(call, answering, json));
        json.name("input");
        input(text, json);
        json.endObject();
      }
    }
    json.endObject();
  }

  /// The error that an end by error is.
  static ProviderError ended(AnswerEvent.Finished finished) {
    return new ProviderError(502, finished.word(), "the provider ended the answer in an error");
  }

  /// The members that name a call; a provider that gives no id gets one that is the same each time.
  static void call(AnswerEvent.CallBegan call, Answering answering, JsonWriter json) {
    String exchange = answering.exchange();
    String own = exchange.substring(exchange.indexOf('_') + 1);
    json.name("toolUseId").value(call.id().orElse("tooluse_" + own + "_" + call.ordinal()));
    json.name("name").value(call.name());
  }

  /// Arguments as the object that this protocol wants, as they were spelled; whether they were one.
  /// None are the empty object; others stand in one under `arguments`.
  static boolean input(String arguments, JsonWriter json) {
    byte[] bytes = arguments.getBytes(StandardCharsets.UTF_8);
    if (arguments.isBlank()) {
      json.beginObject().endObject();
      return true;
    }
    if (JsonDocument.read(bytes) instanceof JsonDocument.Reading.Read(JsonDocument document)
        && document.root().isObject()) {
      json.raw(bytes, document.root().start(), document.root().end());
      return true;
    }
    json.beginObject().name("arguments").value(arguments).endObject();
    return false;
  }

  /// Why the answer ended. A provider that says an answer with calls simply stopped means that the
  /// calls are to be made.
  static String reason(AnswerEvent.@Nullable Finished finished, boolean called) {
    if (finished == null) {
      return called ? "tool_use" : "end_turn";
    }
    if (finished.reason() == StopReason.STOP && called) {
      return "tool_use";
    }
    return StopReasons.meaning(finished.word()) == finished.reason()
            && finished.reason() != StopReason.OTHER
        ? finished.word()
        : StopReasons.word(finished.reason(), finished.stopSequence().isPresent());
  }
}
