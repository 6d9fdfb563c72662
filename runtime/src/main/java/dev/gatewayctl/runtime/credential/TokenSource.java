package dev.gatewayctl.runtime.credential;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The token of one grant: fetched when it is first needed, kept, and fetched anew some time before
/// it ends while the old one still serves. However many ask, one fetch runs at a time. Thread-safe.
///
/// Whoever asks may be called back on another thread, never while a lock of this class is held.
public final class TokenSource {
  /// So long before its end a token is fetched anew.
  static final Duration AHEAD = Duration.ofMinutes(5);

  /// With so little left a token serves no more.
  static final Duration MARGIN = Duration.ofSeconds(20);

  /// After a failed fetch nobody asks again for so long, as long as a token still serves.
  static final Duration PAUSE = Duration.ofSeconds(10);

  /// How many may wait for a fetch; one more fails at once.
  static final int MOST_WAITING = 10_000;

  private static final int MOST_BYTES = 64 << 10;
  private static final long DEFAULT_LIFE = 300;
  private static final int OK = 200;
  private static final Upstream.Patience PATIENCE =
      new Upstream.Patience(
          Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(20), true);

  private final TokenGrant grant;
  private final Links links;
  private final List<Consumer<Told>> waiting = new ArrayList<>();
  private boolean fetching;
  private @Nullable Secret token;
  private Instant ends = Instant.MIN;
  private Instant notBefore = Instant.MIN;

  /// What fetching needs.
  ///
  /// @param trust certificates trusted instead of the platform's
  /// @param beside runs what is too long for a reactor thread: signing an assertion
  /// @param failed told why a fetch failed; no secret is in it
  public record Links(
      Upstream upstream,
      InstantSource clock,
      @Nullable SSLContext trust,
      Executor beside,
      Consumer<String> failed) {}

  /// What comes of asking.
  public sealed interface Told {
    record Token(Secret value) implements Told {}

    /// There is none.
    ///
    /// @param why in plain words, without any secret
    record Failed(String why) implements Told {}
  }

  private TokenSource(TokenGrant grant, Links links) {
    this.grant = grant;
    this.links = links;
  }

  /// Nothing is fetched before the first asks.
  public static TokenSource of(TokenGrant grant, Links links) {
    return new TokenSource(grant, links);
  }

  /// Tells a token, at once where one is kept.
  public void ask(Consumer<Told> told) {
    Told now = null;
    boolean fetch = false;
    synchronized (this) {
      Instant time = links.clock().instant();
      Secret kept = token;
      if (kept != null && time.isBefore(ends.minus(MARGIN))) {
        now = new Told.Token(kept);
        boolean soon = !time.isBefore(ends.minus(AHEAD)) && !time.isBefore(notBefore);
        fetch = soon && !fetching;
      } else if (waiting.size() >= MOST_WAITING) {
        now = new Told.Failed("too many wait for a token");
      } else {
        waiting.add(told);
        fetch = !fetching;
      }
      fetching |= fetch;
    }
    if (fetch) {
      links.beside().execute(this::fetch);
    }
    if (now != null) {
      told.accept(now);
    }
  }

  /// Says that a token was refused: it is not told again.
  public synchronized void refused(Secret value) {
    if (value.equals(token)) {
      token = null;
    }
  }

  private void fetch() {
    try {
      URI endpoint = grant.endpoint();
      Upstream.Origin origin = Upstream.Origin.of(endpoint);
      String query = endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
      Headers headers =
          Headers.of(
              "content-type", "application/x-www-form-urlencoded",
              "accept", "application/json",
              "accept-encoding", "identity");
      byte[] form = grant.form(links.clock().instant());
      SSLContext trust = links.trust();
      var _ =
          links
              .upstream()
              .send(
                  Upstream.Request.of(
                      trust == null ? origin : origin.withTrust(trust),
                      Upstream.Message.of("POST", endpoint.getRawPath() + query, headers, form),
                      PATIENCE),
                  new Answer());
    } catch (RuntimeException e) {
      failed("the request for a token could not be made (" + e.getClass().getSimpleName() + ")");
    }
  }

  private void failed(String why) {
    List<Consumer<Told>> told;
    synchronized (this) {
      fetching = false;
      notBefore = links.clock().instant().plus(PAUSE);
      told = List.copyOf(waiting);
      waiting.clear();
    }
    links.failed().accept(why);
    told.forEach(one -> one.accept(new Told.Failed(why)));
  }

  private void given(String value, long seconds) {
    Secret fresh = new Secret(value);
    List<Consumer<Told>> told;
    synchronized (this) {
      fetching = false;
      token = fresh;
      ends = links.clock().instant().plusSeconds(seconds);
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(one -> one.accept(new Told.Token(fresh)));
  }

  /// Sizes and names only: a token is a secret.
  @Override
  public String toString() {
    return "TokenSource(" + grant + ")";
  }

  /// Hears the token endpoint.
  private final class Answer implements Upstream.Listener {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;

    @Override
    public void head(int newStatus, Headers headers) {
      status = newStatus;
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      if (body.size() <= MOST_BYTES) {
        body.write(bytes, from, to - from);
      }
    }

    @Override
    public void end() {
      Optional<JsonValue> root =
          body.size() <= MOST_BYTES
                  && JsonDocument.read(body.toByteArray())
                      instanceof JsonDocument.Reading.Read(JsonDocument document)
                  && document.root().isObject()
              ? Optional.of(document.root())
              : Optional.empty();
      if (status != OK) {
        TokenSource.this.failed(
            "the token endpoint answered " + status + root.map(Answer::word).orElse(""));
        return;
      }
      Optional<String> value =
          root.map(json -> json.present("access_token")).flatMap(JsonValue::string);
      if (value.isEmpty() || !isPlain(value.get())) {
        TokenSource.this.failed("the token endpoint gave no token");
      } else {
        given(value.get(), seconds(root.get()));
      }
    }

    /// The endpoint's own word for what is wrong, such as ` (invalid_grant)`. Only a word of
    /// OAuth's own shape is repeated: descriptions may repeat what was sent.
    private static String word(JsonValue root) {
      JsonValue error = root.present("error");
      String word = error == null ? "" : error.string().orElse("");
      return word.matches("[a-z_]{1,40}") ? " (" + word + ")" : "";
    }

    /// A token goes into a field of a head.
    private static boolean isPlain(String value) {
      return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static long seconds(JsonValue root) {
      JsonValue life = root.present("expires_in");
      OptionalLong number = life == null ? OptionalLong.empty() : life.wholeNumber();
      if (number.isPresent()) {
        return Math.clamp(number.getAsLong(), 0, Duration.ofDays(1).toSeconds());
      }
      // Older endpoints write the number as a string.
      String text = life == null ? "" : life.string().orElse("");
      return text.matches("[0-9]{1,6}") ? Long.parseLong(text) : DEFAULT_LIFE;
    }

    @Override
    public void failed(Upstream.Failure failure) {
      TokenSource.this.failed("the token endpoint did not answer: " + failure.message());
    }
  }
}
