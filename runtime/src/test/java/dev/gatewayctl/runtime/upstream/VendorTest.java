package dev.gatewayctl.runtime.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where requests go.
class VendorTest {
  private static final Errand TRANSLATED = new Errand.Conversation();

  private static Errand call(Surface surface, String operation) {
    return new Errand.Call(surface, operation, "");
  }

  private static Errand pass(Surface surface, String path) {
    return new Errand.Pass(surface, "GET", path, "");
  }

  @ParameterizedTest
  @CsvSource({
    "CHAT,/chat/completions",
    "RESPONSES,/responses",
    "COMPLETIONS,/completions",
    "EMBEDDINGS,/embeddings",
    "MODERATIONS,/moderations",
  })
  void openAi(Surface surface, String path) {
    assertThat(new Vendor.OpenAi().path(call(surface, ""), "m", false)).isEqualTo(path);
    assertThat(new Vendor.Azure(Optional.empty()).path(call(surface, ""), "m", false))
        .isEqualTo("/openai/v1" + path);
    assertThat(new Vendor.OpenAi().path(pass(surface, "/files/f/content"), "", false))
        .isEqualTo("/files/f/content");
  }

  @Test
  void azure() {
    Vendor classic = new Vendor.Azure(Optional.of("2024-10-21"));
    assertThat(classic.path(call(Surface.EMBEDDINGS, ""), "my dep", false))
        .isEqualTo("/openai/deployments/my%20dep/embeddings");
    assertThat(classic.path(call(Surface.RESPONSES, ""), "d", false))
        .isEqualTo("/openai/responses");
    assertThat(classic.path(pass(Surface.IMAGES, "/images/generations"), "d", false))
        .isEqualTo("/openai/deployments/d/images/generations");
    assertThat(classic.base("/x/openai/v1")).isEqualTo("/x");
    assertThat(classic.base("/openai")).isEmpty();
    assertThat(classic.base("/x")).isEqualTo("/x");
  }

  @Test
  void anthropic() {
    Vendor vendor = new Vendor.Anthropic();
    assertThat(vendor.path(TRANSLATED, "m", true)).isEqualTo("/v1/messages");
    assertThat(vendor.path(call(Surface.COUNT_TOKENS, ""), "m", false))
        .isEqualTo("/v1/messages/count_tokens");
    assertThat(vendor.path(pass(Surface.BATCHES, "/messages/batches/b"), "", false))
        .isEqualTo("/v1/messages/batches/b");
  }

  @Test
  void google() {
    Vendor gemini = new Vendor.Gemini();
    assertThat(gemini.path(TRANSLATED, "g-2", true))
        .isEqualTo("/v1beta/models/g-2:streamGenerateContent");
    assertThat(gemini.query(TRANSLATED, true)).isEqualTo("alt=sse");
    assertThat(gemini.query(TRANSLATED, false)).isEmpty();
    assertThat(gemini.path(call(Surface.GEMINI, "countTokens"), "tunedModels/t", false))
        .isEqualTo("/v1beta/tunedModels/t:countTokens");
    Vendor vertex = new Vendor.Vertex("p", "global");
    assertThat(vertex.path(TRANSLATED, "g-2", false))
        .isEqualTo("/v1/projects/p/locations/global/publishers/google/models/g-2:generateContent");
    assertThat(vertex.path(TRANSLATED, "publishers/meta/models/l", false))
        .isEqualTo("/v1/projects/p/locations/global/publishers/meta/models/l:generateContent");
  }

  @Test
  void bedrockEscapesTheWholeNameOfAProfile() {
    assertThat(
            new Vendor.Bedrock().path(TRANSLATED, "arn:aws:bedrock:eu:1:inference-profile/x", true))
        .isEqualTo("/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Ainference-profile%2Fx/converse-stream");
  }

  @Test
  void theOthers() {
    assertThat(new Vendor.Ollama().path(TRANSLATED, "m", true)).isEqualTo("/api/chat");
    assertThat(new Vendor.Cohere().path(TRANSLATED, "m", true)).isEqualTo("/v2/chat");
    assertThat(new Vendor.Cohere().path(pass(Surface.RERANK, "/rerank"), "m", false))
        .isEqualTo("/v2/rerank");
    assertThat(new Vendor.Mcp().path(pass(Surface.MCP, ""), "", false)).isEmpty();
  }
}
