package dev.gatewayctl.policy.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// How a provider departs from the OpenAI protocol that it speaks: `providers.X.dialect`, else by
/// the host of its `base_url`.
@SuppressWarnings(
    "ImmutableEnumChecker") // the lists and sets are never changed nor handed out writable
public enum ProviderDialect {
  OPENAI(
      List.of("api.openai.com"),
      "max_completion_tokens",
      true,
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.MODERATIONS,
      Surface.IMAGES,
      Surface.AUDIO,
      Surface.FILES,
      Surface.BATCHES),
  /// Usage comes without being asked for, and a request that asks is refused.
  MISTRAL(
      List.of("api.mistral.ai"),
      "max_tokens",
      false,
      Surface.CHAT,
      Surface.EMBEDDINGS,
      Surface.MODERATIONS,
      Surface.AUDIO,
      Surface.FILES,
      Surface.BATCHES),
  GROQ(
      List.of("api.groq.com"),
      "max_completion_tokens",
      true,
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.AUDIO,
      Surface.FILES,
      Surface.BATCHES),
  DEEPSEEK(List.of("api.deepseek.com"), "max_tokens", true, Surface.CHAT, Surface.COMPLETIONS),
  OPENROUTER(
      List.of("openrouter.ai"),
      "max_tokens",
      true,
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS),
  TOGETHER(
      List.of("api.together.xyz", "api.together.ai"),
      "max_tokens",
      true,
      Surface.CHAT,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.IMAGES,
      Surface.AUDIO,
      Surface.FILES,
      Surface.BATCHES,
      Surface.RERANK),
  XAI(List.of("api.x.ai"), "max_completion_tokens", true, Surface.CHAT, Surface.RESPONSES),
  FIREWORKS(
      List.of("api.fireworks.ai"),
      "max_tokens",
      true,
      Surface.CHAT,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.RERANK),
  VLLM(
      List.of(),
      "max_tokens",
      true,
      Surface.CHAT,
      Surface.RESPONSES,
      Surface.COMPLETIONS,
      Surface.EMBEDDINGS,
      Surface.RERANK,
      Surface.AUDIO),
  /// Whoever is not known: the oldest words, and what most have.
  GENERIC(List.of(), "max_tokens", true, Surface.CHAT, Surface.COMPLETIONS, Surface.EMBEDDINGS);

  private final List<String> hosts;
  private final String maxTokensMember;
  private final boolean usageOnStreams;
  private final Set<Surface> surfaces;

  ProviderDialect(
      List<String> hosts, String maxTokensMember, boolean usageOnStreams, Surface... surfaces) {
    this.hosts = hosts;
    this.maxTokensMember = maxTokensMember;
    this.usageOnStreams = usageOnStreams;
    this.surfaces = Collections.unmodifiableSet(EnumSet.copyOf(List.of(surfaces)));
  }

  /// The word by which policies name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The dialect of that word, if it is one.
  public static Optional<ProviderDialect> of(String word) {
    return Stream.of(values()).filter(dialect -> dialect.word().equals(word)).findFirst();
  }

  /// All words, in order.
  public static List<String> words() {
    return Stream.of(values()).map(ProviderDialect::word).toList();
  }

  /// The dialect spoken at a host; [#GENERIC] for one that is not known.
  public static ProviderDialect at(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return Stream.of(values())
        .filter(dialect -> dialect.hosts.contains(lower))
        .findFirst()
        .orElse(GENERIC);
  }

  /// The member of a chat request that caps its output.
  public String maxTokensMember() {
    return maxTokensMember;
  }

  /// Whether a stream has to be asked for its usage, and may be.
  public boolean usageOnStreams() {
    return usageOnStreams;
  }

  /// The surfaces of the OpenAI protocol that it serves; the others are translated to chat where
  /// there is a translation.
  public Set<Surface> surfaces() {
    return surfaces;
  }
}
