package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What reading and changing the chat protocol costs: a request of so many KiB, and an event of a
/// stream. With `-prof gc` JMH tells the bytes that each allocates.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChatBenchmark {
  private static final int EVENTS = 100;
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final byte[] EVENT =
      ("data: {\"id\":\"chatcmpl-C4HqHBe4xca0k0EzsCnf1t6V3YFXp\",\"object\":"
              + "\"chat.completion.chunk\",\"created\":1755137933,\"model\":\"gpt-5\",\"choices\":"
              + "[{\"index\":0,\"delta\":{\"content\":\"tokens \"},\"finish_reason\":null}]}\n\n")
          .getBytes(StandardCharsets.UTF_8);

  @Param({"1", "64"})
  public int kibibytes = 1;

  private byte[] body = request(1);

  @Setup
  public void write() {
    body = request(kibibytes);
  }

  private static byte[] request(int kibibytes) {
    StringBuilder body =
        new StringBuilder("{\"model\":\"fast\",\"temperature\":0.2,\"stream\":true,\"messages\":[");
    body.append("{\"role\":\"system\",\"content\":\"You answer briefly.\"}");
    while (body.length() < kibibytes * 1024 - 2) {
      body.append(",{\"role\":\"user\",\"content\":\"");
      body.append("Plain words of a question that goes on for a while.\\n".repeat(6));
      body.append("\"}");
    }
    return body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Benchmark
  public RequestBody read() {
    return ((RequestBody.Reading.Read) ChatRequest.read(body)).request();
  }

  @Benchmark
  public byte[] readAndRename() {
    return read().write(RequestEdits.NONE.withModel("gpt-5-mini"));
  }

  /// Time for one event.
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int passEvents() {
    return feed(AnswerStream.of(new ChatEvents(PLAIN)));
  }

  /// Time for one event whose text goes through a window.
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int inspectEvents() {
    return feed(
        AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]")));
  }

  private static int feed(AnswerStream stream) {
    int sent = 0;
    for (int i = 0; i < EVENTS; i++) {
      sent += stream.feed(EVENT, 0, EVENT.length).length;
    }
    return sent;
  }
}
