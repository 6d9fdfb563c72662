package dev.gatewayctl.runtime.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A provider with several keys.
class HttpProviderTest {
  private static final Upstream.Patience PATIENCE =
      new Upstream.Patience(
          Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), true);

  /// A call that remembers what was done to it.
  private static final class Sent implements Upstream.Call {
    private volatile boolean cancelled;

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  private static final class Silent implements Upstream.Listener {
    @Override
    public void head(int status, Headers headers) {}

    @Override
    public void data(byte[] bytes, int from, int to) {}

    @Override
    public void end() {}

    @Override
    public void failed(Upstream.Failure failure) {}
  }

  @Test
  void aCallMayBeStoppedWhileTheNextKeyIsSent() {
    List<Sent> sent = new ArrayList<>();
    AtomicReference<Upstream.Listener> heard = new AtomicReference<>();
    AtomicReference<Upstream.Call> call = new AtomicReference<>();
    List<Boolean> ended = new ArrayList<>();
    Upstream upstream =
        (request, listener) -> {
          heard.set(listener);
          Upstream.Call running = call.get();
          if (running != null) {
            ended.add(endsSoon(running::pause));
            ended.add(endsSoon(running::cancel));
          }
          Sent made = new Sent();
          sent.add(made);
          return made;
        };
    Provider provider =
        HttpProvider.of(
            upstream,
            new HttpProvider.Account(
                new Vendor.OpenAi(),
                URI.create("http://provider.example/v1"),
                List.of(
                    new Shown.Key("authorization", new Secret("one")),
                    new Shown.Key("authorization", new Secret("two"))),
                null,
                InstantSource.system()));
    call.set(
        provider.send(
            new Provider.Outgoing(
                new Errand.Conversation(), "m", new byte[0], Headers.empty(), false, PATIENCE),
            new Silent()));
    heard.get().head(401, Headers.empty());
    heard.get().end();
    assertThat(ended).as("not kept waiting by the sender").containsExactly(true, true);
    assertThat(sent).hasSize(2);
    assertThat(sent.getLast().cancelled).isTrue();
  }

  private static boolean endsSoon(Runnable action) {
    Thread thread = Thread.ofPlatform().daemon().start(action);
    try {
      return thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
