package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A stream of messages of a server: each event is a whole one, so every text stands in one event.
/// Ids of events and `retry:` lines pass, so that a caller can go on where a stream broke off.
final class McpEvents implements StreamDialect {
  private static final byte[] NOTHING = {};

  private final Predicate<String> callable;
  private final Optional<String> id;
  private boolean answering;
  private boolean answered;

  /// @param callable which tools the caller may call
  /// @param id of the request that the stream answers, as it is spelled
  McpEvents(Predicate<String> callable, Optional<String> id) {
    this.callable = callable;
    this.id = id;
  }

  @Override
  public Framing framing() {
    return new SseReader();
  }

  @Override
  public Seen read(Frame frame) {
    answering = false;
    if (frame.dataFrom() == frame.dataTo()) {
      // It only tells the id from which the stream can be taken up.
      return Seen.nothing();
    }
    return switch (JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          message(document.root());
      case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> strange(frame);
    };
  }

  private Seen message(JsonValue root) {
    answering = root.find("method") == null && root.find("id") != null;
    McpTexts texts = McpTexts.of(root, callable);
    List<StreamText> all =
        texts.pieces().list().stream()
            .map(piece -> new StreamText(Channel.single(0, piece.location()), piece))
            .toList();
    return new Seen(all, _ -> false, texts.removed(), Fate.PASSES);
  }

  /// Data that is no message: one text at location `metadata`.
  private static Seen strange(Frame frame) {
    TextPiece piece =
        TextPiece.plain(Location.METADATA, frame.data(), frame.dataFrom(), frame.dataTo());
    StreamText text = new StreamText(Channel.single(0, Location.METADATA), piece);
    return new Seen(List.of(text), _ -> false, new Splices(), Fate.PASSES);
  }

  @Override
  public void passed() {
    answered |= answering;
  }

  @Override
  public boolean isWhole(Frame rest) {
    return JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
        instanceof JsonDocument.Reading.Read;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    throw new IllegalStateException("every text stands in one event");
  }

  /// The request is answered with an error; a stream that answers none just ends.
  @Override
  public byte[] refusal() {
    if (id.isEmpty() || answered) {
      return NOTHING;
    }
    answered = true;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("event: message\ndata: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(
        McpDialect.body(
            new Dialect.ProtocolError(
                403, "policy_denied", "the policy refuses what the server answers", ""),
            McpDialect.REFUSED,
            id,
            Optional.empty()));
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  @Override
  public boolean closesItself() {
    return answered;
  }

  /// A stream ends when its server has said all it will say there.
  @Override
  public boolean completeAtEnd() {
    return true;
  }

  @Override
  public @Nullable String failure() {
    return null;
  }

  @Override
  public Usage usage() {
    return Usage.UNKNOWN;
  }

  @Override
  public Optional<String> model() {
    return Optional.empty();
  }

  @Override
  public SortedMap<Integer, String> finishReasons() {
    return Collections.emptySortedMap();
  }

  @Override
  public SortedSet<String> stripped() {
    return Collections.emptySortedSet();
  }
}
