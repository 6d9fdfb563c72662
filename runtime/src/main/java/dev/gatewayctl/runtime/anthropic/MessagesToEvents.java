package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.SseReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers of the messages protocol, whole or streamed, as events. Blocks of tools that the
/// provider runs itself have no word elsewhere and are passed over, as are pings and events that
/// nobody knows.
final class MessagesToEvents implements Reader {
  /// The longest signature of a thought, in characters.
  private static final int MAX_SIGNATURE = 4 * 1024 * 1024;

  /// The most blocks that are open side by side.
  private static final int MAX_OPEN_BLOCKS = 1_024;

  private static final String NO_REASON = "the provider gave no reason";

  /// A block that has begun and not stopped.
  private static final class Open {
    private final StringBuilder signature = new StringBuilder();
    private final int call;
    private final String input;
    private boolean argued;

    /// @param call the ordinal of the call; -1 when it is none
    /// @param input as the block began with it: some servers say all of it there
    private Open(int call, String input) {
      this.call = call;
      this.input = input;
    }
  }

  private final SseReader frames = new SseReader();
  private final MessagesUsage usage = new MessagesUsage();
  private final Map<Integer, Open> open = new HashMap<>();
  private boolean began;
  private boolean over;
  private int calls;

  /// What a whole answer says.
  static List<AnswerEvent> whole(byte[] body) throws Unreadable {
    if (!(JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document))
        || !document.root().isObject()) {
      throw new Unreadable("it is no JSON object");
    }
    JsonValue root = document.root();
    List<AnswerEvent> events = new ArrayList<>();
    if (root.present("error") != null) {
      events.add(new AnswerEvent.Failed(error(root)));
      return events;
    }
    JsonValue content = root.find("content");
    if (content == null || !content.isArray()) {
      throw new Unreadable("it has no list `content`");
    }
    MessagesToEvents reading = new MessagesToEvents();
    reading.begin(root, events::add);
    int index = 0;
    for (JsonValue block : content.items()) {
      reading.blockBegan(block, index, events::add);
      reading.blockStopped(index, events::add);
      index++;
    }
    reading.counted(events::add);
    reading.finished(root, events::add);
    events.add(new AnswerEvent.Ended());
    return events;
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
    if (over) {
      return;
    }
    frames.feed(bytes, from, to);
    for (Frame frame = frames.next(); frame != null && !over; frame = frames.next()) {
      frame(frame, told);
    }
    String failure = frames.failure();
    if (failure != null) {
      throw new Unreadable(failure);
    }
  }

  @Override
  public void finish(Consumer<AnswerEvent> told) throws Unreadable {
    Frame rest = over ? null : frames.rest();
    if (rest != null
        && rest.hasData()
        && JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
            instanceof JsonDocument.Reading.Read) {
      frame(rest, told);
    }
  }

  private void frame(Frame frame, Consumer<AnswerEvent> told) throws Unreadable {
    if (!frame.hasData() || frame.dataIs("[DONE]")) {
      return;
    }
    if (!(JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())
            instanceof JsonDocument.Reading.Read(JsonDocument document))
        || !document.root().isObject()) {
      throw new Unreadable("an event holds no JSON object");
    }
    JsonValue root = document.root();
    String type = BlocksToParts.text(root, "type").orElse(frame.name());
    JsonValue place = root.find("index");
    int index = place == null ? 0 : (int) place.wholeNumber().orElse(0);
    switch (type) {
      case "message_start" -> start(root.find("message"), told);
      case "content_block_start" -> blockBegan(root.find("content_block"), index, told);
      case "content_block_delta" -> delta(root.find("delta"), index, told);
      case "content_block_stop" -> blockStopped(index, told);
      case "message_delta" -> {
        usage.report(root.find("usage"));
        counted(told);
        JsonValue delta = root.find("delta");
        if (delta != null) {
          finished(delta, told);
        }
      }
      case "message_stop" -> {
        stopAll(told);
        over = true;
        told.accept(new AnswerEvent.Ended());
      }
      case "error" -> {
        over = true;
        told.accept(new AnswerEvent.Failed(error(root)));
      }
      default -> {}
    }
  }

  private void start(@Nullable JsonValue message, Consumer<AnswerEvent> told) throws Unreadable {
    if (message == null || !message.isObject()) {
      throw new Unreadable("`message_start` has no message");
    }
    if (began) {
      return;
    }
    begin(message, told);
    counted(told);
  }

  private void begin(JsonValue message, Consumer<AnswerEvent> told) {
    began = true;
    usage.report(message.find("usage"));
    told.accept(
        new AnswerEvent.Began(
            BlocksToParts.text(message, "id"), BlocksToParts.text(message, "model")));
  }

  private void counted(Consumer<AnswerEvent> told) {
    told.accept(new AnswerEvent.Counted(usage.usage()));
  }

  private void blockBegan(@Nullable JsonValue block, int index, Consumer<AnswerEvent> told)
      throws Unreadable {
    if (block == null) {
      return;
    }
    if (open.size() == MAX_OPEN_BLOCKS) {
      throw new Unreadable("it runs more than " + MAX_OPEN_BLOCKS + " blocks side by side");
    }
    switch (BlocksToParts.text(block, "type").orElse("")) {
      case "text" -> text(block, "text", told);
      case "thinking" -> {
        thought(block, "thinking", told);
        Open begun = new Open(-1, "");
        open.put(index, begun);
        signature(block, begun);
      }
      case "redacted_thinking" ->
          BlocksToParts.text(block, "data")
              .ifPresent(data -> told.accept(new AnswerEvent.HiddenReasoning(0, data)));
      case "tool_use" -> {
        JsonValue input = block.present("input");
        open.put(index, new Open(calls, input == null ? "{}" : input.text().string()));
        told.accept(
            new AnswerEvent.CallBegan(
                0,
                calls,
                BlocksToParts.text(block, "id").filter(id -> !id.isEmpty()),
                BlocksToParts.text(block, "name").orElse(""),
                Optional.empty()));
        calls++;
      }
      default -> {}
    }
  }

  private void delta(@Nullable JsonValue delta, int index, Consumer<AnswerEvent> told)
      throws Unreadable {
    if (delta == null) {
      return;
    }
    Open block = open.get(index);
    switch (BlocksToParts.text(delta, "type").orElse("")) {
      case "text_delta" -> text(delta, "text", told);
      case "thinking_delta" -> thought(delta, "thinking", told);
      case "signature_delta" -> {
        if (block != null) {
          signature(delta, block);
        }
      }
      case "input_json_delta" -> {
        String fragment = BlocksToParts.text(delta, "partial_json").orElse("");
        if (block != null && block.call >= 0 && !fragment.isEmpty()) {
          block.argued = true;
          told.accept(new AnswerEvent.CallArguments(0, block.call, fragment));
        }
      }
      default -> {}
    }
  }

  private static void text(JsonValue object, String name, Consumer<AnswerEvent> told) {
    BlocksToParts.text(object, name)
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> told.accept(new AnswerEvent.Text(0, text)));
  }

  private static void thought(JsonValue object, String name, Consumer<AnswerEvent> told) {
    BlocksToParts.text(object, name)
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
  }

  private static void signature(JsonValue object, Open block) throws Unreadable {
    block.signature.append(BlocksToParts.text(object, "signature").orElse(""));
    if (block.signature.length() > MAX_SIGNATURE) {
      throw new Unreadable("a signature is longer than " + MAX_SIGNATURE + " characters");
    }
  }

  /// What only the end of a block tells: its signature, or that arguments came with its beginning.
  private void blockStopped(int index, Consumer<AnswerEvent> told) {
    Open block = open.remove(index);
    if (block == null) {
      return;
    }
    if (block.call >= 0 && !block.argued) {
      told.accept(new AnswerEvent.CallArguments(0, block.call, block.input));
    }
    if (!block.signature.isEmpty()) {
      told.accept(new AnswerEvent.ReasoningSigned(0, block.signature.toString()));
    }
  }

  private void stopAll(Consumer<AnswerEvent> told) {
    for (int index : open.keySet().stream().sorted().toList()) {
      blockStopped(index, told);
    }
  }

  private void finished(JsonValue message, Consumer<AnswerEvent> told) {
    Optional<String> word = BlocksToParts.text(message, "stop_reason");
    if (word.isPresent()) {
      stopAll(told);
      told.accept(
          new AnswerEvent.Finished(
              0, reason(word.get()), word.get(), BlocksToParts.text(message, "stop_sequence")));
    }
  }

  private static StopReason reason(String word) {
    return switch (word) {
      case "end_turn", "stop_sequence" -> StopReason.STOP;
      case "tool_use" -> StopReason.TOOL_CALLS;
      case "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
      case "refusal" -> StopReason.CONTENT_FILTER;
      case "pause_turn" -> StopReason.PAUSE;
      default -> StopReason.OTHER;
    };
  }

  /// What an answer with an error status says; a page in HTML says no more than its status.
  static ProviderError error(int status, byte[] body) {
    ProviderError said =
        JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document)
            ? error(document.root())
            : new ProviderError(status, "", NO_REASON);
    String kind = said.kind().isEmpty() ? AnthropicBody.errorType(status) : said.kind();
    return new ProviderError(status, kind, said.message());
  }

  /// An error without a status of its own: its kind stands for one.
  private static ProviderError error(JsonValue root) {
    JsonValue error = root.present("error");
    if (error == null) {
      return new ProviderError(500, "", NO_REASON);
    }
    String kind = BlocksToParts.text(error, "type").orElse("");
    Optional<String> message = BlocksToParts.text(error, "message").or(error::string);
    return new ProviderError(AnthropicBody.errorStatus(kind), kind, message.orElse(NO_REASON));
  }
}
