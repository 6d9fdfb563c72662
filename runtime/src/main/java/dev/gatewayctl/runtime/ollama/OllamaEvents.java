package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A streamed answer: JSON lines of one shape, of which the last says `done` and the counts. An
/// error is a line of its own and ends the stream.
final class OllamaEvents implements StreamDialect {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final Settings settings;
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<String> stripped = new TreeSet<>();
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();
  private @Nullable JsonValue head;
  private @Nullable JsonValue pending;
  private boolean called;
  private boolean ended;
  private boolean errored;

  OllamaEvents(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Framing framing() {
    return new JsonLines();
  }

  @Override
  public Seen read(Frame frame) {
    pending = null;
    return switch (JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          line(document.root());
      case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> {
        TextPiece piece =
            TextPiece.plain(Location.METADATA, frame.data(), frame.dataFrom(), frame.dataTo());
        StreamText text = new StreamText(Channel.single(0, Location.METADATA), piece);
        yield new Seen(List.of(text), _ -> false, new Splices(), Fate.PASSES);
      }
    };
  }

  private Seen line(JsonValue root) {
    pending = root;
    JsonValue error = root.present("error");
    errored |= error != null;
    JsonValue done = root.find("done");
    boolean last = done != null && done.isTrue();
    JsonValue name = root.find("model");
    if (name != null && name.isString() && head == null) {
      head = root;
      model = name.string();
    }
    called |= !OllamaAnswer.calls(root).isEmpty();
    if (last) {
      usage = OllamaAnswer.usage(root);
    }
    Splices changes = new Splices();
    List<StreamText> texts = OllamaTexts.of(root);
    if (settings.stripSideChannels()) {
      for (JsonValue.Member member : OllamaAnswer.sideChannels(root)) {
        JsonValue value = member.value();
        changes.replace(value.start(), value.end(), NULL);
        stripped.add(member.name().text().string());
        texts =
            texts.stream()
                .filter(
                    text ->
                        text.piece().end() <= value.start() || text.piece().start() >= value.end())
                .toList();
      }
    }
    boolean over = last || errored;
    return new Seen(texts, ends(root, over), changes, last && !errored ? Fate.LAST : Fate.PASSES);
  }

  /// Thoughts end where the answer begins, and texts where calls do.
  private static Predicate<Channel> ends(JsonValue root, boolean over) {
    JsonValue message = root.find("message");
    JsonValue content = message == null ? null : message.find(OllamaTexts.CONTENT);
    boolean calls = !OllamaAnswer.calls(root).isEmpty();
    boolean speaks = content != null && content.isString() && content.text().length() > 0;
    return channel -> over || calls || (speaks && channel.member().equals(OllamaTexts.THINKING));
  }

  @Override
  public void passed() {
    JsonValue root = pending;
    pending = null;
    JsonValue done = root == null ? null : root.find("done");
    if (root != null && done != null && done.isTrue()) {
      ended = true;
      OllamaAnswer.reason(root, called).ifPresent(word -> finishReasons.put(0, word));
    }
  }

  @Override
  public boolean isWhole(Frame rest) {
    return JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
        instanceof JsonDocument.Reading.Read;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    JsonWriter json = begin();
    json.name("message").beginObject().name("role").value("assistant");
    if (channel.member().equals(OllamaTexts.THINKING)) {
      json.name("content").value("").name("thinking").value(text);
    } else {
      json.name("content").value(text);
    }
    return json.endObject().name("done").value(false).endObject().toLine();
  }

  /// A last line whose reason is `content_filter`; the server has no word of its own for it, and
  /// its clients take any.
  @Override
  public byte[] refusal() {
    if (ended) {
      return new byte[0];
    }
    ended = true;
    finishReasons.put(0, "content_filter");
    JsonWriter json = begin();
    json.name("message").beginObject().name("role").value("assistant");
    json.name("content").value("").endObject();
    json.name("done").value(true).name("done_reason").value("content_filter");
    usage.input().ifPresent(count -> json.name("prompt_eval_count").value(count));
    usage.output().ifPresent(count -> json.name("eval_count").value(count));
    return json.endObject().toLine();
  }

  /// A line up to its message, with the head of the server's own.
  private JsonWriter begin() {
    JsonWriter json = new JsonWriter().beginObject();
    JsonValue first = head;
    for (String name : List.of("model", "created_at")) {
      JsonValue value = first == null ? null : first.find(name);
      json.name(name);
      if (value != null && value.isString()) {
        json.raw(value.bytes(), value.start(), value.end());
      } else {
        json.value(name.equals("model") ? "" : "1970-01-01T00:00:00Z");
      }
    }
    return json;
  }

  @Override
  public boolean closesItself() {
    return errored || ended;
  }

  /// `done` is the end; without it the stream was cut.
  @Override
  public boolean completeAtEnd() {
    return false;
  }

  @Override
  public @Nullable String failure() {
    return null;
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public Optional<String> model() {
    return model;
  }

  @Override
  public SortedMap<Integer, String> finishReasons() {
    return finishReasons;
  }

  @Override
  public SortedSet<String> stripped() {
    return stripped;
  }
}
