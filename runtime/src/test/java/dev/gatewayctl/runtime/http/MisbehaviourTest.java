package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Callers that leave and providers that die at random moments, all at once: afterwards nothing is
/// left open, nobody was told twice, and the edge still works.
class MisbehaviourTest {
  private static final int CALLERS = 8;
  private static final int ROUNDS = 60;

  @Test
  void nothingLeaksWhateverHappens() throws Exception {
    long seed = System.nanoTime();
    AtomicInteger whole = new AtomicInteger();
    AtomicInteger streams = new AtomicInteger();
    try (ScriptedProvider provider =
            ScriptedProvider.playing(peer -> misbehave(peer, seed, streams));
        EdgeFixture gateway =
            EdgeFixture.relaying(EdgeFixture.settings(), Relay.loopback(provider.port()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        Random random = new Random(seed + i);
        Callable<Object> caller =
            () -> {
              for (int round = 0; round < ROUNDS; round++) {
                call(gateway, random, whole);
              }
              return random;
            };
        callers.add(threads.submit(caller));
      }
      for (Future<?> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
      EdgeFixture.await(
          "everything closed or idle, seed " + seed,
          () ->
              gateway.edge.counts().openConnections() == 0
                  && gateway.edge.counts().upstreamOpen() == gateway.edge.counts().upstreamIdle());
      assertThat(gateway.faults).as("seed %d", seed).isEmpty();
      assertThat(whole.get()).as("seed %d", seed).isPositive();
    }
  }

  private static void misbehave(ScriptedProvider.Peer peer, long seed, AtomicInteger streams)
      throws IOException, InterruptedException {
    Random random = new Random(seed ^ streams.incrementAndGet());
    while (true) {
      peer.request();
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      int events = random.nextInt(20);
      for (int i = 0; i < events; i++) {
        peer.send("5\r\nevent\r\n");
        if (random.nextInt(40) == 0) {
          peer.reset();
        }
        if (random.nextInt(4) == 0) {
          Thread.sleep(1);
        }
      }
      if (random.nextInt(4) == 0) {
        return;
      }
      peer.send("0\r\n\r\n");
    }
  }

  private static void call(EdgeFixture gateway, Random random, AtomicInteger whole) {
    try (RawSocket client = gateway.connect()) {
      int requests = 1 + random.nextInt(3);
      for (int i = 0; i < requests; i++) {
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
        if (random.nextInt(5) == 0) {
          // Leaves without a word, perhaps in the middle of the answer.
          Thread.sleep(random.nextInt(3));
          return;
        }
        if (client.answer().endsWith("0\r\n\r\n")) {
          whole.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // The provider died on this one, and the gateway cut the answer, as it should.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
