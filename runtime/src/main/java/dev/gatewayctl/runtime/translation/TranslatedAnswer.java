package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.wire.Dialect;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One answer on its way from a provider's protocol to the caller's. Used by one thread at a time.
public final class TranslatedAnswer {
  private final Surface surface;
  private final CallerProtocol caller;
  private final ProviderProtocol provider;
  private final Answering answering;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private ProviderProtocol.@Nullable Reader reader;
  private CallerProtocol.@Nullable Writer writer;
  private Usage usage = Usage.UNKNOWN;
  private AnswerEvent.@Nullable ProviderError failure;

  TranslatedAnswer(
      Surface surface, CallerProtocol caller, ProviderProtocol provider, Answering answering) {
    this.surface = surface;
    this.caller = caller;
    this.provider = provider;
    this.answering = answering;
  }

  /// A whole answer in the caller's words.
  ///
  /// @throws ProviderProtocol.Unreadable when it is no answer of the provider's protocol
  public byte[] whole(byte[] body) throws ProviderProtocol.Unreadable {
    List<AnswerEvent> events = provider.whole(body);
    events.forEach(this::note);
    return caller.whole(events, answering);
  }

  /// An error in the caller's shape, with the provider's status and message.
  public Dialect.ErrorAnswer error(int status, byte[] body) {
    AnswerEvent.ProviderError error = provider.error(status, body);
    return Surfaces.dialect(surface)
        .error(
            new Dialect.ProtocolError(status, error.kind(), error.message(), answering.exchange()));
  }

  /// The next bytes of a stream in the caller's words, perhaps none.
  ///
  /// @throws ProviderProtocol.Unreadable when the stream cannot be read on
  public byte[] feed(byte[] bytes, int from, int to) throws ProviderProtocol.Unreadable {
    reading().feed(bytes, from, to, this::tell);
    return take();
  }

  /// The provider's bytes have ended: the rest for the caller.
  ///
  /// @throws ProviderProtocol.Unreadable when what is left cannot be read
  public byte[] finish() throws ProviderProtocol.Unreadable {
    reading().finish(this::tell);
    return take();
  }

  /// The tokens that the provider counted, in all its classes: more than the caller's protocol may
  /// have words for.
  public Optional<Usage> usage() {
    return usage.equals(Usage.UNKNOWN) ? Optional.empty() : Optional.of(usage);
  }

  /// The error that the provider reports in the answer, where it does.
  public Optional<AnswerEvent.ProviderError> failure() {
    return Optional.ofNullable(failure);
  }

  /// The media type of a streamed answer on the caller's side.
  public String streamType() {
    return switch (surface) {
      case CONVERSE_STREAM -> "application/vnd.amazon.eventstream";
      case OLLAMA -> "application/x-ndjson";
      case GEMINI_STREAM -> answering.array() ? "application/json" : "text/event-stream";
      case CHAT,
          RESPONSES,
          COMPLETIONS,
          EMBEDDINGS,
          MODELS,
          MODERATIONS,
          MESSAGES,
          COUNT_TOKENS,
          GEMINI,
          GEMINI_EMBED,
          CONVERSE,
          MCP,
          IMAGES,
          AUDIO,
          FILES,
          BATCHES,
          RERANK ->
          "text/event-stream";
    };
  }

  private ProviderProtocol.Reader reading() {
    ProviderProtocol.Reader begun = reader;
    if (begun == null) {
      begun = provider.stream();
      reader = begun;
    }
    return begun;
  }

  private void tell(AnswerEvent event) {
    note(event);
    CallerProtocol.Writer begun = writer;
    if (begun == null) {
      begun = caller.stream(answering);
      writer = begun;
    }
    out.writeBytes(begun.write(event));
  }

  private void note(AnswerEvent event) {
    if (event instanceof AnswerEvent.Counted(Usage counted)) {
      usage = counted;
    } else if (event instanceof AnswerEvent.Failed(AnswerEvent.ProviderError error)) {
      failure = error;
    }
  }

  private byte[] take() {
    byte[] taken = out.toByteArray();
    out.reset();
    return taken;
  }
}
