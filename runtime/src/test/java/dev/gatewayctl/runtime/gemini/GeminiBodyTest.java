package dev.gatewayctl.runtime.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.wire.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GeminiBodyTest {
  @Test
  void errorsHaveTheShapeOfGooglesStatus() {
    Dialect.ErrorAnswer answer =
        GeminiDialect.CONTENT.error(
            new Dialect.ProtocolError(403, "policy_denied", "no \"cards\"", "x1"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.head().first("content-type")).isEqualTo("application/json; charset=UTF-8");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"error\":{\"code\":403,\"message\":\"no \\\"cards\\\"\","
                + "\"status\":\"PERMISSION_DENIED\",\"details\":["
                + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                + "\"reason\":\"POLICY_DENIED\",\"domain\":\"gatewayctl\"}]}}");
    assertThat(
            new String(
                GeminiBody.error(429, "limited", "wait", OptionalLong.of(7)),
                StandardCharsets.UTF_8))
        .contains("{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"7s\"}");
  }

  @Test
  void everyStatusHasItsWord() {
    Map<Integer, String> words = new TreeMap<>();
    for (int status : new int[] {400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504}) {
      words.put(status, GeminiBody.statusWord(status));
    }
    assertThat(words)
        .containsEntry(400, "INVALID_ARGUMENT")
        .containsEntry(401, "UNAUTHENTICATED")
        .containsEntry(403, "PERMISSION_DENIED")
        .containsEntry(404, "NOT_FOUND")
        .containsEntry(405, "UNIMPLEMENTED")
        .containsEntry(408, "DEADLINE_EXCEEDED")
        .containsEntry(413, "INVALID_ARGUMENT")
        .containsEntry(415, "INVALID_ARGUMENT")
        .containsEntry(429, "RESOURCE_EXHAUSTED")
        .containsEntry(500, "INTERNAL")
        .containsEntry(502, "UNAVAILABLE")
        .containsEntry(503, "UNAVAILABLE")
        .containsEntry(504, "DEADLINE_EXCEEDED");
  }

  @Test
  void modelsAreListedInGooglesShape() {
    assertThat(new String(GeminiBody.models(List.of("a", "b")), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"models\":[{\"name\":\"models/a\",\"displayName\":\"a\","
                + "\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"]},"
                + "{\"name\":\"models/b\",\"displayName\":\"b\","
                + "\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"]}]}");
    assertThat(new String(GeminiBody.model("a"), StandardCharsets.UTF_8))
        .startsWith("{\"name\":\"models/a\"");
  }
}
