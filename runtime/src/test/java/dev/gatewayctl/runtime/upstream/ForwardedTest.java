package dev.gatewayctl.runtime.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What of a caller's request goes on.
class ForwardedTest {
  private static final String KEYS =
      "key=k&api-key=k&access_token=k&api_key=k&X-Amz-Signature=k&%6bey=k";

  @ParameterizedTest
  @EnumSource(Surface.class)
  void noKeyOfTheQueryGoesOnOnAnySurface(Surface surface) {
    assertThat(Forwarded.query(new Errand.Call(surface, "", KEYS))).isEmpty();
    assertThat(Forwarded.query(new Errand.Pass(surface, "GET", "/x", KEYS))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GEMINI_STREAM,alt=sse&key=k,alt=sse",
    "GEMINI_STREAM,key=k&%24alt=json;enum-encoding=int,%24alt=json;enum-encoding=int",
    "FILES,limit=2&after=a&x=1,limit=2&after=a",
    "RESPONSES,include%5B%5D=a&include[]=b&key=k,include%5B%5D=a&include[]=b",
    "MESSAGES,beta=true,beta=true",
    "CHAT,limit=1,''",
  })
  void whatTheSurfaceDefinesGoesOn(Surface surface, String query, String forwarded) {
    assertThat(Forwarded.query(new Errand.Pass(surface, "GET", "/x", query))).isEqualTo(forwarded);
  }

  @Test
  void fieldsOfTheCallersProtocolStayBehindWhereItIsTranslated() {
    Headers received =
        Headers.of(
            "accept", "text/event-stream",
            "user-agent", "u",
            "authorization", "Bearer k",
            "x-api-key", "k",
            "x-goog-api-key", "k",
            "api-key", "k",
            "cookie", "c",
            "anthropic-version", "2026-10-21",
            "anthropic-beta", "b",
            "openai-beta", "o");
    Headers translated = Forwarded.fields(received, new Errand.Conversation());
    assertThat(translated.toString()).contains("user-agent", "content-type");
    assertThat(translated.size()).isEqualTo(2);
    Headers same = Forwarded.fields(received, new Errand.Call(Surface.MESSAGES, "", ""));
    assertThat(same.size()).isEqualTo(5);
    assertThat(same.first("anthropic-version")).isEqualTo("2026-10-21");
    assertThat(same.first("x-api-key")).isNull();
  }
}
