package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A streamed answer of the responses protocol: events with a type, a number that counts them, and
/// the place in the output that they speak of; the last one holds the whole response again.
///
/// Numbers must rise without a gap, so when a text that was held back goes out in an event of its
/// own, those after it are numbered anew.
final class ResponsesEvents implements StreamDialect {
  private static final byte[] NO_TOKENS = "[]".getBytes(StandardCharsets.US_ASCII);

  private final Settings settings;
  private final StreamedOutput output = new StreamedOutput();
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<String> stripped = new TreeSet<>();
  private @Nullable ResponseEvent current;
  private @Nullable Frame frame;
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();
  private OptionalLong number = OptionalLong.empty();
  private boolean errored;
  private boolean over;

  ResponsesEvents(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Framing framing() {
    return new SseReader();
  }

  @Override
  public Seen read(Frame next) {
    current = null;
    frame = next;
    number = OptionalLong.empty();
    if (next.dataIs("[DONE]")) {
      return Seen.nothing();
    }
    return switch (JsonDocument.read(next.data(), next.dataFrom(), next.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          event(ResponseEvent.of(document.root(), next.name()));
      case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> strange(next);
    };
  }

  /// Data that is no object: one text at location `metadata`.
  private static Seen strange(Frame frame) {
    TextPiece piece =
        TextPiece.plain(Location.METADATA, frame.data(), frame.dataFrom(), frame.dataTo());
    StreamText text = new StreamText(Channel.single(0, Location.METADATA), piece);
    return new Seen(List.of(text), _ -> false, new Splices(), Fate.PASSES);
  }

  private Seen event(ResponseEvent event) {
    current = event;
    note(event);
    Splices splices = new Splices();
    if (settings.stripSideChannels()) {
      for (JsonValue.Member member : sideChannels(event)) {
        stripped.add(member.name().text().string());
        splices.replace(member.value().start(), member.value().end(), NO_TOKENS);
      }
    }
    List<StreamText> texts = EventTexts.of(event, output);
    if (event.isLast() || event.isError()) {
      return new Seen(texts, _ -> true, splices, event.isLast() ? Fate.LAST : Fate.PASSES);
    }
    return new Seen(texts, channel -> output.ends(channel, event), splices, Fate.PASSES);
  }

  private void note(ResponseEvent event) {
    JsonValue counted = event.root().find("sequence_number");
    number = counted == null ? OptionalLong.empty() : counted.wholeNumber();
    errored |= event.isError();
    JsonValue response = event.object("response");
    if (response == null) {
      return;
    }
    if (response.present("usage") != null) {
      usage = ResponsesUsage.of(response);
    }
    JsonValue name = response.find("model");
    if (name != null && model.isEmpty()) {
      model = name.string();
    }
    output.head(response);
  }

  private static List<JsonValue.Member> sideChannels(ResponseEvent event) {
    List<JsonValue.Member> members = new ArrayList<>();
    Items.addTokens(event.root(), members);
    JsonValue part = event.object("part");
    if (part != null) {
      Items.addTokens(part, members);
    }
    JsonValue item = event.object("item");
    if (item != null) {
      Items.addSideChannels(item, members);
    }
    JsonValue response = event.object("response");
    if (response != null) {
      members.addAll(new ResponsesAnswer(response).sideChannels());
    }
    return members;
  }

  @Override
  public void released(Channel channel, byte[] utf8, int from, int to) {
    output.add(channel, utf8, from, to);
  }

  @Override
  public void leaving(Splices changes) {
    Frame read = frame;
    ResponseEvent event = current;
    if (read == null || event == null) {
      return;
    }
    if (number.isPresent()) {
      long renumbered = output.number(number.getAsLong());
      JsonValue counted = event.root().find("sequence_number");
      if (counted != null && renumbered != number.getAsLong()) {
        byte[] spelled = new JsonWriter().value(renumbered).toBytes();
        changes.replace(counted.start(), counted.end(), spelled);
      }
    }
    if (output.keeps(event)) {
      byte[] written = changes.apply(read.data());
      output.keep(
          event, written, read.dataFrom(), written.length - (read.data().length - read.dataTo()));
    }
  }

  @Override
  public void passed() {
    ResponseEvent event = current;
    Frame read = frame;
    if (event == null || read == null) {
      return;
    }
    output.passed(event, !read.name().isEmpty());
    JsonValue response = event.object("response");
    if (event.isLast()) {
      over = true;
      if (response != null) {
        ResponsesAnswer.finishReason(response).ifPresent(reason -> finishReasons.put(0, reason));
      }
    }
  }

  @Override
  public boolean isWhole(Frame rest) {
    return rest.dataIs("[DONE]")
        || JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
            instanceof JsonDocument.Reading.Read;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    return output.delta(channel, text);
  }

  /// Every open part and item is closed, then the response is incomplete for `content_filter`.
  @Override
  public byte[] refusal() {
    if (over) {
      return new byte[0];
    }
    finishReasons.put(0, "content_filter");
    return output.end(usage);
  }

  @Override
  public boolean closesItself() {
    return errored || over;
  }

  /// The last event is the end; without it the stream was cut.
  @Override
  public boolean completeAtEnd() {
    return false;
  }

  @Override
  public @Nullable String failure() {
    return output.failure();
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
