package dev.gatewayctl.runtime.openai;

import com.sun.management.ThreadMXBean;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntSupplier;

/// Measures what reading costs: nanoseconds of the thread's own CPU time and allocated bytes for
/// each request and each event of a stream. Run its `main` on the test class path; the best of
/// several rounds counts, so that a busy machine disturbs little.
final class WireCost {
  private static final int ROUNDS = 20;

  private WireCost() {}

  /// One measured thing.
  private record Case(String name, int repeats, IntSupplier work) {}

  public static void main(String[] arguments) {
    PrintStream out = System.out;
    byte[] small = request(1);
    byte[] large = request(64);
    byte[] event = event("tokens ");
    for (Case measured :
        List.of(
            new Case("read a request of " + small.length + " bytes", 20_000, () -> read(small)),
            new Case("read a request of " + large.length + " bytes", 1_000, () -> read(large)),
            new Case(
                "read and change the model of " + small.length + " bytes",
                20_000,
                () -> rewrite(small)),
            new Case(
                "pass 100 events of " + event.length + " bytes", 300, () -> pass(event, false)),
            new Case(
                "inspect 100 events of " + event.length + " bytes",
                300,
                () -> pass(event, true)))) {
      measure(measured, out);
    }
  }

  private static void measure(Case measured, PrintStream out) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    long bytes = 0;
    int sink = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < measured.repeats(); i++) {
        sink += measured.work().getAsInt();
      }
      best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / measured.repeats());
      bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / measured.repeats();
    }
    out.printf("%-45s %8d ns %8d bytes (%d)%n", measured.name(), best, bytes, sink & 1);
  }

  private static int read(byte[] body) {
    return ((RequestBody.Reading.Read) ChatRequest.read(body)).request().pieces().size();
  }

  private static int rewrite(byte[] body) {
    RequestBody request = ((RequestBody.Reading.Read) ChatRequest.read(body)).request();
    return request.write(RequestEdits.NONE.withModel("gpt-5-mini")).length;
  }

  private static int pass(byte[] event, boolean inspect) {
    StreamDialect.Settings settings = new StreamDialect.Settings(false, false, 1);
    AnswerStream stream =
        inspect
            ? AnswerStream.of(new ChatEvents(settings), _ -> KeywordWindow.masking("secret", "[S]"))
            : AnswerStream.of(new ChatEvents(settings));
    int sent = 0;
    for (int i = 0; i < 100; i++) {
      sent += stream.feed(event, 0, event.length).length;
    }
    return sent;
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

  private static byte[] event(String text) {
    return ("data: {\"id\":\"chatcmpl-C4HqHBe4xca0k0EzsCnf1t6V3YFXp\",\"object\":"
            + "\"chat.completion.chunk\",\"created\":1755137933,\"model\":\"gpt-5\",\"choices\":"
            + "[{\"index\":0,\"delta\":{\"content\":\""
            + text
            + "\"},\"finish_reason\":null}]}\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
