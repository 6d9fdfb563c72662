package dev.gatewayctl.policy.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A protocol that providers speak: `providers.X.protocol`.
@SuppressWarnings(
    "ImmutableEnumChecker") // the lists and sets are never changed nor handed out writable
public enum Protocol {
  /// OpenAI's, and that of everyone who speaks it; which surfaces a provider has of it is its
  /// [ProviderDialect]'s affair.
  OPENAI(
      "https://api.openai.com/v1",
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.MODERATIONS,
      Surface.IMAGES,
      Surface.AUDIO,
      Surface.FILES,
      Surface.BATCHES,
      Surface.RERANK),
  /// OpenAI's at Azure: the deployment stands in the path.
  AZURE_OPENAI(
      "",
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.IMAGES,
      Surface.AUDIO),
  ANTHROPIC("https://api.anthropic.com", Surface.MESSAGES, Surface.COUNT_TOKENS, Surface.BATCHES),
  /// Google's, with a key.
  GEMINI(
      "https://generativelanguage.googleapis.com",
      Surface.GEMINI,
      Surface.GEMINI_STREAM,
      Surface.GEMINI_EMBED),
  /// Google's, in a project of its cloud.
  VERTEX("", Surface.GEMINI, Surface.GEMINI_STREAM, Surface.GEMINI_EMBED),
  /// Amazon's converse.
  BEDROCK("", Surface.CONVERSE, Surface.CONVERSE_STREAM),
  OLLAMA("http://127.0.0.1:11434", Surface.OLLAMA),
  COHERE("https://api.cohere.com", Surface.RERANK),
  /// A server of tools.
  MCP("", Surface.MCP),
  /// The built-in provider. It speaks the chat protocol.
  SCRIPT("", Surface.CHAT);

  private static final Map<String, Protocol> BY_WORD =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(Protocol::word, each -> each));

  private final String address;
  private final Set<Surface> surfaces;

  Protocol(String address, Surface... surfaces) {
    this.address = address;
    this.surfaces = Collections.unmodifiableSet(EnumSet.copyOf(List.of(surfaces)));
  }

  /// The word by which policies and records name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The protocol of that word, if it is one.
  public static Optional<Protocol> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  /// All words, in order.
  public static List<String> words() {
    return Stream.of(values()).map(Protocol::word).toList();
  }

  /// Where it is spoken unless the policy says otherwise; empty when the policy must say.
  public Optional<String> address() {
    return address.isEmpty() ? Optional.empty() : Optional.of(address);
  }

  /// The surfaces that a provider of it takes as they are; others are translated where there is a
  /// translation.
  public Set<Surface> surfaces() {
    return surfaces;
  }
}
