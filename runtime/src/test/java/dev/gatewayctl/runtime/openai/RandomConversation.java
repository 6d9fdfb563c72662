package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Kind;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.conversation.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/// Makes conversations that the chat protocol and its dialects have words for.
final class RandomConversation {
  private static final List<String> TEXTS =
      List.of(
          "a", "\"quoted\" \\ \n", "ünï 😀", "\u2028", "{\"json\": 1}", " ", "data: [DONE]\n\n");

  private final Random random;

  RandomConversation(long seed) {
    this.random = new Random(seed);
  }

  Conversation next() {
    List<Tool> tools = some(2, this::tool);
    List<Turn> turns = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      turns.add(
          switch (random.nextInt(3)) {
            case 0 -> new Turn(Role.ASSISTANT, assistant());
            case 1 -> new Turn(Role.USER, atLeastOne(this::result));
            default -> new Turn(Role.USER, atLeastOne(this::spoken));
          });
    }
    return new Conversation(
        "model-" + text(),
        random.nextBoolean(),
        some(2, this::textPart),
        turns,
        tools,
        tools.isEmpty() ? Optional.empty() : maybe(this::choice),
        sampling(!tools.isEmpty()),
        maybe(this::format),
        maybe(
            () ->
                new Thinking(
                    Optional.of(one(List.of("none", "low", "max"))),
                    OptionalLong.empty(),
                    Optional.empty())),
        maybe(this::text),
        random.nextBoolean() ? Map.of() : Map.of("k" + text(), text(), "z", text()));
  }

  private String text() {
    return one(TEXTS) + random.nextInt(100);
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> some(int most, Supplier<? extends T> value) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      list.add(value.get());
    }
    return list;
  }

  private List<Part> atLeastOne(Supplier<? extends Part> value) {
    List<Part> list = new ArrayList<>(some(2, value));
    list.add(value.get());
    return list;
  }

  private OptionalLong count() {
    return random.nextBoolean() ? OptionalLong.of(random.nextInt(9999)) : OptionalLong.empty();
  }

  private Optional<CacheMark> cache() {
    return maybe(() -> new CacheMark(maybe(() -> "1h")));
  }

  private Part.Text textPart() {
    return new Part.Text(text(), cache());
  }

  private Part spoken() {
    return random.nextInt(3) == 0 ? media() : textPart();
  }

  private Media media() {
    Source inline = new Source.Inline("QUJD" + random.nextInt(10));
    Source url = new Source.Url("https://example.com/" + random.nextInt(10));
    return switch (random.nextInt(6)) {
      case 0 -> media(Kind.IMAGE, "image/png", inline, false, true);
      case 1 -> media(Kind.IMAGE, "", url, false, true);
      case 2 -> media(Kind.AUDIO, one(List.of("audio/wav", "audio/mpeg")), inline, false, false);
      case 3 -> media(Kind.VIDEO, "", url, false, false);
      case 4 ->
          new Media(
              Kind.DOCUMENT,
              Optional.of("application/pdf"),
              inline,
              Optional.of(text()),
              Optional.empty(),
              cache());
      default -> media(Kind.DOCUMENT, "", new Source.Stored("file-1"), true, false);
    };
  }

  private Media media(Kind kind, String type, Source source, boolean named, boolean detailed) {
    return new Media(
        kind,
        type.isEmpty() ? Optional.empty() : Optional.of(type),
        source,
        named ? maybe(this::text) : Optional.empty(),
        detailed ? maybe(() -> "low") : Optional.empty(),
        cache());
  }

  private List<Part> assistant() {
    List<Part> parts = new ArrayList<>();
    parts.addAll(some(2, this::thought));
    parts.addAll(some(2, this::textPart));
    parts.addAll(some(1, () -> new Part.Refusal(text())));
    parts.addAll(some(2, this::call));
    if (parts.isEmpty()) {
      parts.add(call());
    }
    return parts;
  }

  private Part thought() {
    return random.nextInt(3) == 0
        ? new Part.HiddenReasoning(text(), maybe(() -> "rs_1"))
        : new Part.Reasoning(text(), maybe(this::text), maybe(() -> "rs_2"));
  }

  private Part call() {
    return new Part.ToolCall(
        "call_" + random.nextInt(50),
        "f" + random.nextInt(3),
        one(List.of("{\"a\": 1.0}", "", "{cut")),
        maybe(this::text),
        cache());
  }

  private Part result() {
    List<Part> content = new ArrayList<>(some(1, this::textPart));
    content.add(textPart());
    return new Part.ToolResult(
        "call_" + random.nextInt(50), maybe(() -> "f"), content, false, cache());
  }

  private Tool tool() {
    return new Tool(
        "f" + random.nextInt(3),
        maybe(this::text),
        maybe(() -> RawJson.of("{\"type\": \"object\",\"minimum\":1.50}")),
        maybe(random::nextBoolean),
        cache());
  }

  private ToolChoice choice() {
    return one(
        List.of(
            new ToolChoice.Auto(),
            new ToolChoice.None(),
            new ToolChoice.Required(),
            new ToolChoice.Named("f1")));
  }

  private OutputFormat format() {
    return random.nextBoolean()
        ? new OutputFormat.AnyJson()
        : new OutputFormat.Schema("s", RawJson.of("{ }"), maybe(random::nextBoolean));
  }

  private Optional<String> number() {
    return maybe(() -> one(List.of("0", "1.50", "-2e-1", "12345678901234567890")));
  }

  private Sampling sampling(boolean tools) {
    return new Sampling(
        count(),
        number(),
        number(),
        number(),
        number(),
        number(),
        number(),
        some(5, this::text),
        count(),
        tools ? maybe(random::nextBoolean) : Optional.empty());
  }
}
