package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers of the converse protocol, whole or streamed, as events. Blocks open with whatever comes
/// first of them; results of the provider's own tools, citations' sources and events that nobody
/// knows have no word elsewhere and are passed over.
final class ConverseToEvents implements Reader {
  /// The longest signature of a thought, in characters.
  private static final int MAX_SIGNATURE = 4 * 1024 * 1024;

  /// The most blocks that are open side by side.
  private static final int MAX_OPEN_BLOCKS = 1_024;

  /// A block that has begun and not stopped.
  private static final class Open {
    private final StringBuilder signature = new StringBuilder();

    /// The ordinal of the call; -1 when it is none.
    private int call = -1;

    private boolean argued;
  }

  private final EventStreamFraming frames = new EventStreamFraming();
  private final Map<Integer, Open> open = new TreeMap<>();
  private boolean began;
  private boolean stopped;
  private boolean over;
  private int calls;

  /// What a whole answer says.
  static List<AnswerEvent> whole(byte[] body) throws Unreadable {
    JsonValue root = root(body, 0, body.length);
    JsonValue output = root.find("output");
    JsonValue message = output == null ? null : output.find("message");
    JsonValue content = message == null ? null : message.find("content");
    if (content == null || !content.isArray()) {
      throw new Unreadable("it has no list `output.message.content`");
    }
    List<AnswerEvent> events = new ArrayList<>();
    ConverseToEvents reading = new ConverseToEvents();
    reading.begin(events::add);
    int index = 0;
    for (JsonValue block : content.items()) {
      reading.content(block, index, events::add);
      reading.blockStopped(index, events::add);
      index++;
    }
    events.add(new AnswerEvent.Counted(ConverseUsage.of(root.find("usage"))));
    reading.finished(root, events::add);
    events.add(new AnswerEvent.Ended());
    return events;
  }

  private static JsonValue root(byte[] bytes, int from, int to) throws Unreadable {
    if (JsonDocument.read(bytes, from, to) instanceof JsonDocument.Reading.Read(JsonDocument read)
        && read.root().isObject()) {
      return read.root();
    }
    throw new Unreadable("it is no JSON object");
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<AnswerEvent> told) throws Unreadable {
    if (over) {
      return;
    }
    frames.feed(bytes, from, to);
    EventStreamFrame frame = frames.next();
    while (frame != null && !over) {
      frame(frame, told);
      frame = frames.next();
    }
    String failure = frames.failure();
    if (failure != null) {
      throw new Unreadable(failure);
    }
  }

  /// A stream that stopped and told no usage is complete all the same.
  @Override
  public void finish(Consumer<AnswerEvent> told) {
    if (stopped && !over) {
      end(told);
    }
  }

  private void end(Consumer<AnswerEvent> told) {
    over = true;
    told.accept(new AnswerEvent.Ended());
  }

  private void frame(EventStreamFrame frame, Consumer<AnswerEvent> told) throws Unreadable {
    if (frame.kind() != EventStreamFrame.Kind.EVENT) {
      over = true;
      told.accept(new AnswerEvent.Failed(ConverseErrors.read(frame)));
      return;
    }
    JsonValue root = root(frame.data(), frame.dataFrom(), frame.dataTo());
    JsonValue place = root.find("contentBlockIndex");
    int index = place == null ? 0 : (int) place.wholeNumber().orElse(0);
    switch (frame.name()) {
      case "messageStart" -> begin(told);
      case "contentBlockStart" -> content(root.find("start"), index, told);
      case "contentBlockDelta" -> content(root.find("delta"), index, told);
      case "contentBlockStop" -> blockStopped(index, told);
      case "messageStop" -> {
        finished(root, told);
        stopped = true;
      }
      case "metadata" -> {
        told.accept(new AnswerEvent.Counted(ConverseUsage.of(root.find("usage"))));
        if (stopped) {
          end(told);
        }
      }
      default -> {}
    }
  }

  private void begin(Consumer<AnswerEvent> told) {
    if (!began) {
      began = true;
      told.accept(new AnswerEvent.Began(Optional.empty(), Optional.empty()));
    }
  }

  /// A whole block, the start of one, or more of it: all say what they hold by their member.
  private void content(@Nullable JsonValue block, int index, Consumer<AnswerEvent> told)
      throws Unreadable {
    begin(told);
    if (block == null) {
      return;
    }
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "text" -> text(value, told);
        case "reasoningContent" -> thought(value, index, told);
        case "toolUse" -> call(value, index, told);
        case "citationsContent" -> {
          JsonValue cited = value.find("content");
          for (JsonValue part : cited == null ? List.<JsonValue>of() : cited.items()) {
            text(part.find("text"), told);
          }
        }
        default -> {}
      }
    }
  }

  private static void text(@Nullable JsonValue value, Consumer<AnswerEvent> told) {
    if (value != null && value.isString() && value.text().length() > 0) {
      told.accept(new AnswerEvent.Text(0, value.text().string()));
    }
  }

  private Open open(int index) throws Unreadable {
    Open known = open.get(index);
    if (known != null) {
      return known;
    }
    if (open.size() == MAX_OPEN_BLOCKS) {
      throw new Unreadable("it runs more than " + MAX_OPEN_BLOCKS + " blocks side by side");
    }
    Open fresh = new Open();
    open.put(index, fresh);
    return fresh;
  }

  /// Whole thoughts stand one deeper than those of streams.
  private void thought(JsonValue content, int index, Consumer<AnswerEvent> told) throws Unreadable {
    JsonValue whole = content.present("reasoningText");
    JsonValue said = whole == null ? content : whole;
    string(said, "text")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> told.accept(new AnswerEvent.Reasoning(0, text)));
    Optional<String> signature = string(said, "signature");
    if (signature.isPresent()) {
      Open block = open(index);
      block.signature.append(signature.get());
      if (block.signature.length() > MAX_SIGNATURE) {
        throw new Unreadable("a signature is longer than " + MAX_SIGNATURE + " characters");
      }
    }
    string(content, "redactedContent")
        .ifPresent(data -> told.accept(new AnswerEvent.HiddenReasoning(0, data)));
  }

  private void call(JsonValue call, int index, Consumer<AnswerEvent> told) throws Unreadable {
    Open block = open(index);
    if (call.find("name") != null && block.call < 0) {
      block.call = calls;
      calls++;
      told.accept(
          new AnswerEvent.CallBegan(
              0,
              block.call,
              string(call, "toolUseId").filter(id -> !id.isEmpty()),
              string(call, "name").orElse(""),
              Optional.empty()));
    }
    JsonValue input = call.present("input");
    if (input == null) {
      return;
    }
    if (block.call < 0) {
      throw new Unreadable("it goes on with a call that has not begun");
    }
    String arguments = input.text().string();
    if (!arguments.isEmpty()) {
      block.argued = true;
      told.accept(new AnswerEvent.CallArguments(0, block.call, arguments));
    }
  }

  private void blockStopped(int index, Consumer<AnswerEvent> told) {
    Open block = open.remove(index);
    if (block == null) {
      return;
    }
    if (block.call >= 0 && !block.argued) {
      told.accept(new AnswerEvent.CallArguments(0, block.call, "{}"));
    }
    if (!block.signature.isEmpty()) {
      told.accept(new AnswerEvent.ReasoningSigned(0, block.signature.toString()));
    }
  }

  private void finished(JsonValue root, Consumer<AnswerEvent> told) {
    for (int index : List.copyOf(open.keySet())) {
      blockStopped(index, told);
    }
    string(root, "stopReason")
        .ifPresent(
            word ->
                told.accept(
                    new AnswerEvent.Finished(
                        0, StopReasons.meaning(word), word, Optional.empty())));
  }

  private static Optional<String> string(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string();
  }
}
