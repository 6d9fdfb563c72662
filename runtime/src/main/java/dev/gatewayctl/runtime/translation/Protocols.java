package dev.gatewayctl.runtime.translation;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.runtime.anthropic.MessagesTranslation;
import dev.gatewayctl.runtime.bedrock.ConverseTranslation;
import dev.gatewayctl.runtime.cohere.CohereTranslation;
import dev.gatewayctl.runtime.conversation.CallerProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.gemini.GeminiTranslation;
import dev.gatewayctl.runtime.ollama.OllamaTranslation;
import dev.gatewayctl.runtime.openai.ChatTranslation;
import dev.gatewayctl.runtime.responses.ResponsesTranslation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The table of the protocols that can be translated; a new one is entered here.
final class Protocols {
  private static final Map<Surface, CallerProtocol> CALLERS =
      Map.of(
          Surface.CHAT, ChatTranslation.INSTANCE,
          Surface.MESSAGES, MessagesTranslation.INSTANCE,
          Surface.RESPONSES, ResponsesTranslation.INSTANCE,
          Surface.GEMINI, GeminiTranslation.INSTANCE,
          Surface.GEMINI_STREAM, GeminiTranslation.INSTANCE,
          Surface.CONVERSE, ConverseTranslation.INSTANCE,
          Surface.CONVERSE_STREAM, ConverseTranslation.INSTANCE,
          Surface.OLLAMA, OllamaTranslation.INSTANCE);

  /// Words for calls of a surface that ask for something else than an answer.
  private static final Set<String> NO_CONVERSATION = Set.of("countTokens");

  private Protocols() {}

  static Optional<CallerProtocol> caller(Surface surface, String operation) {
    return NO_CONVERSATION.contains(operation)
        ? Optional.empty()
        : Optional.ofNullable(CALLERS.get(surface));
  }

  static Optional<ProviderProtocol> provider(ProviderNode provider) {
    return switch (provider.spoken()) {
      case OPENAI -> Optional.of(ChatTranslation.of(provider.openAiDialect()));
      case AZURE_OPENAI, SCRIPT -> Optional.of(ChatTranslation.INSTANCE);
      case ANTHROPIC -> Optional.of(MessagesTranslation.INSTANCE);
      case GEMINI -> Optional.of(GeminiTranslation.INSTANCE);
      case VERTEX -> Optional.of(GeminiTranslation.VERTEX);
      case BEDROCK -> Optional.of(ConverseTranslation.INSTANCE);
      case OLLAMA -> Optional.of(OllamaTranslation.INSTANCE);
      case COHERE -> Optional.of(CohereTranslation.INSTANCE);
      case MCP -> Optional.empty();
    };
  }
}
