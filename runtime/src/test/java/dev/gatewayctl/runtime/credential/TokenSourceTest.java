package dev.gatewayctl.runtime.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens against a token endpoint and a clock that the test moves.
class TokenSourceTest {
  private static final TokenGrant GRANT =
      new TokenGrant.ClientCredentials(
          URI.create("http://login.example"), "ten/ant", "client&1", new Secret("s3cret+"));

  private Instant now = Instant.parse("2026-11-24T12:00:00Z");
  private final List<Upstream.Listener> asked = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<TokenSource.Told> told = new ArrayList<>();
  private final TokenSource source =
      TokenSource.of(
          GRANT,
          new TokenSource.Links(
              (_, listener) -> {
                asked.add(listener);
                return new Idle();
              },
              () -> now,
              null,
              Runnable::run,
              log::add));

  private static final class Idle implements Upstream.Call {
    @Override
    public void cancel() {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  private void answer(int status, String body) {
    Upstream.Listener listener = asked.getLast();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    listener.head(status, Headers.empty());
    listener.data(bytes, 0, bytes.length);
    listener.end();
  }

  private void give(String token, String seconds) {
    answer(200, "{\"access_token\":\"" + token + "\",\"expires_in\":" + seconds + "}");
  }

  private void ask() {
    source.ask(told::add);
  }

  private static TokenSource.Told token(String value) {
    return new TokenSource.Told.Token(new Secret(value));
  }

  @Test
  void whoeverAsksWhileOneIsFetchedWaitsForThatOne() {
    ask();
    ask();
    assertThat(told).isEmpty();
    assertThat(asked).hasSize(1);
    give("one", "3600");
    assertThat(told).containsExactly(token("one"), token("one"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3600", "\"3600\""})
  void aTokenIsFetchedAnewAheadOfItsEndWhileItStillServes(String seconds) {
    ask();
    give("one", seconds);
    now = now.plus(Duration.ofMinutes(54));
    ask();
    assertThat(asked).hasSize(1);
    now = now.plus(Duration.ofMinutes(2));
    ask();
    ask();
    assertThat(asked).hasSize(2);
    assertThat(told).containsOnly(token("one")).hasSize(4);
    give("two", "3600");
    ask();
    assertThat(told.getLast()).isEqualTo(token("two"));
  }

  @Test
  void aTokenAtItsEndServesNobody() {
    ask();
    give("one", "3600");
    now = now.plus(Duration.ofMinutes(60));
    ask();
    assertThat(told).hasSize(1);
    give("two", "3600");
    assertThat(told).containsExactly(token("one"), token("two"));
  }

  @Test
  void aFailureAheadOfTheEndIsLoggedAndNotRepeatedAtOnce() {
    ask();
    give("one", "3600");
    now = now.plus(Duration.ofMinutes(56));
    ask();
    answer(503, "busy");
    ask();
    assertThat(asked).hasSize(2);
    assertThat(told).containsOnly(token("one"));
    assertThat(log).containsExactly("the token endpoint answered 503");
    now = now.plus(TokenSource.PAUSE);
    ask();
    assertThat(asked).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"access_token\":7}", "{\"access_token\":\"a\\nb\"}"})
  void whatIsNoTokenIsNone(String body) {
    ask();
    answer(200, body);
    assertThat(told)
        .containsExactly(new TokenSource.Told.Failed("the token endpoint gave no token"));
    ask();
    assertThat(asked).as("asked again").hasSize(2);
  }

  @Test
  void anEndpointThatIsNotThereFailsAllWhoWait() {
    ask();
    ask();
    asked
        .getLast()
        .failed(new Upstream.Failure(Upstream.Failure.Kind.CONNECT, false, "no connection"));
    assertThat(told).hasSize(2).allMatch(TokenSource.Told.Failed.class::isInstance);
  }

  @Test
  void aRefusedTokenIsNotToldAgain() {
    ask();
    give("one", "3600");
    source.refused(new Secret("another"));
    ask();
    assertThat(asked).hasSize(1);
    source.refused(new Secret("one"));
    ask();
    assertThat(asked).hasSize(2);
  }

  @Test
  void entraIsAskedByAForm() {
    assertThat(GRANT.endpoint())
        .isEqualTo(URI.create("http://login.example/ten%2Fant/oauth2/v2.0/token"));
    assertThat(new String(GRANT.form(now), StandardCharsets.UTF_8))
        .isEqualTo(
            "grant_type=client_credentials&client_id=client%261&client_secret=s3cret%2B"
                + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default");
  }

  @Test
  void nothingSecretIsPrinted() {
    ask();
    give("tok-1", "60");
    assertThat(source + " " + GRANT + " " + told + log).doesNotContain("s3cret", "tok-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "{}",
        "{\"client_email\":\"a@b\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n\"}",
        "{\"client_email\":\"a@b\",\"private_key\":\"!\"}"
      })
  void aTextThatIsNoKeyFileIsNone(String json) {
    assertThat(TokenGrant.ServiceAccount.of(json)).isEqualTo(Optional.empty());
  }
}
