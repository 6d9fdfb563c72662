package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Recorded exchanges of the chat protocol and of this one, each translated into the other: what
/// the other side's own reader sees is what was said.
class ChatAndMessagesTest {
  private static final Answering ANSWERING = new Answering("m", "exc_1", 5, true, 1);

  private static String said(Dialect dialect, byte[] body) {
    RequestBody request =
        ((RequestBody.Reading.Read) dialect.request(body, RequestPath.PLAIN)).request();
    return request.pieces().stream()
        .filter(
            piece ->
                piece.location() == Location.USER
                    || piece.location() == Location.SYSTEM
                    || piece.location() == Location.TOOL_RESULT
                    || piece.location() == Location.ASSISTANT)
        .map(TextPiece::text)
        .map(text -> text.string().strip())
        .filter(text -> !text.isEmpty())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static byte[] translated(
      CallerProtocol caller, ProviderProtocol provider, byte[] body, Losses losses)
      throws Exception {
    JsonDocument document = ((JsonDocument.Reading.Read) JsonDocument.read(body)).document();
    Conversation conversation = caller.read(document.root(), RequestPath.PLAIN, losses);
    return provider.write(
        conversation, new Asking(OptionalLong.empty(), "max_tokens", false), losses);
  }

  @Test
  void chatRequestsSayTheSameInThisProtocol() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.chat()) {
      Optional<byte[]> body = recording.request().map(Recordings::utf8);
      if (body.isEmpty()
          || !(ChatDialect.INSTANCE.request(body.get(), RequestPath.PLAIN)
              instanceof RequestBody.Reading.Read)
          || recording.answer().contains("\"error\"")) {
        continue;
      }
      Losses losses = new Losses();
      byte[] written =
          translated(ChatTranslation.INSTANCE, MessagesTranslation.INSTANCE, body.get(), losses);
      seen++;
      assertThat(said(MessagesDialect.INSTANCE, written))
          .as(recording.name() + losses.names())
          .isEqualTo(said(ChatDialect.INSTANCE, body.get()));
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void requestsOfThisProtocolSayTheSameInTheChatProtocol() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.messages()) {
      String request = recording.request().orElse("advisor");
      if (request.contains("advisor") || request.contains("_tool_result")) {
        continue;
      }
      byte[] body = Recordings.utf8(request);
      Losses losses = new Losses();
      byte[] written =
          translated(MessagesTranslation.INSTANCE, ChatTranslation.INSTANCE, body, losses);
      seen++;
      assertThat(said(ChatDialect.INSTANCE, written))
          .as(recording.name() + losses.names())
          .isEqualTo(said(MessagesDialect.INSTANCE, body));
    }
    assertThat(seen).isGreaterThan(40);
  }

  private static byte[] translated(ProviderProtocol provider, CallerProtocol caller, byte[] stream)
      throws Exception {
    Reader reader = provider.stream();
    Writer writer = caller.stream(ANSWERING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reader.feed(stream, 0, stream.length, event -> out.writeBytes(writer.write(event)));
    reader.finish(event -> out.writeBytes(writer.write(event)));
    return out.toByteArray();
  }

  /// The assistant's text of a stream as a dialect sees it.
  private static String text(Dialect dialect, byte[] stream) {
    StringBuilder text = new StringBuilder();
    AnswerStream reading =
        AnswerStream.of(
            dialect.stream(RecordedMessagesTest.PLAIN),
            channel ->
                new TextWindow() {
                  @Override
                  public void append(byte[] utf8, int from, int to, Release release) {
                    if (channel.location() == Location.ASSISTANT && channel.choice() == 0) {
                      text.append(new String(utf8, from, to - from, StandardCharsets.UTF_8));
                    }
                    release.keep(utf8, from, to);
                  }

                  @Override
                  public void finish(Release release) {}
                });
    reading.feed(stream, 0, stream.length);
    reading.finish();
    assertThat(reading.done()).isTrue();
    return text.toString();
  }

  @Test
  void chatStreamsAreWholeStreamsOfThisProtocol() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] stream = Recordings.utf8(recording.answer());
      boolean plain =
          recording.answer().contains("[DONE]")
              && recording.answer().contains("finish_reason\":\"")
              && !recording.answer().contains("\"error\"")
              && !recording.answer().contains("text_completion")
              && !recording.answer().contains("transcript");
      if (!plain) {
        continue;
      }
      byte[] written = translated(ChatTranslation.INSTANCE, MessagesTranslation.INSTANCE, stream);
      seen++;
      RecordedMessagesTest.assertWhole(recording.name(), written);
      assertThat(text(MessagesDialect.INSTANCE, written))
          .as(recording.name())
          .isEqualTo(text(ChatDialect.INSTANCE, stream));
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void streamsOfThisProtocolAreWholeChatStreams() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : RecordedMessagesTest.streams()) {
      byte[] stream = Recordings.utf8(recording.answer());
      String answer = recording.answer();
      // Some files hold the answers of several requests one after the other.
      int stop = answer.indexOf("message_stop");
      if (stop < 0 || answer.indexOf("message_start", stop) > 0 || answer.contains("compaction")) {
        continue;
      }
      byte[] written = translated(MessagesTranslation.INSTANCE, ChatTranslation.INSTANCE, stream);
      seen++;
      assertThat(text(ChatDialect.INSTANCE, written))
          .as(recording.name())
          .isEqualTo(text(MessagesDialect.INSTANCE, stream));
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void aFilteredAnswerOfAnotherProviderIsARefusalHere() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Finished(
                0, AnswerEvent.StopReason.CONTENT_FILTER, "SAFETY", Optional.empty()),
            new AnswerEvent.Ended());
    Writer writer = MessagesTranslation.INSTANCE.stream(ANSWERING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    events.forEach(event -> out.writeBytes(writer.write(event)));
    RecordedMessagesTest.assertEndsAsFiltered("filtered", out.toByteArray());
  }
}
