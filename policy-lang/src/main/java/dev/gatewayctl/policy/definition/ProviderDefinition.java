package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An account at a vendor.
///
/// @param name its name with the place where it is declared
/// @param baseUrl empty only for `script`
/// @param apiKeys tried in order on 401
/// @param credential shown beside a key or instead of one
/// @param dialect the word of a provider that speaks the OpenAI protocol in its own way
/// @param countUsage usage on streams is counted here instead of asked of the provider
/// @param script the answers, in order, the last one repeating; empty for other protocols
public record ProviderDefinition(
    Located<String> name,
    String protocol,
    Optional<SettingText> baseUrl,
    List<SettingText> apiKeys,
    Optional<Credential> credential,
    Place place,
    Optional<String> dialect,
    Optional<Located<String>> region,
    boolean trains,
    boolean countUsage,
    List<ScriptStep> script) {

  public ProviderDefinition {
    apiKeys = List.copyOf(apiKeys);
    script = List.copyOf(script);
  }

  /// What a protocol's provider is shown.
  public sealed interface Credential {
    record AwsKeys(
        SettingText accessKeyId, SettingText secretAccessKey, Optional<SettingText> sessionToken)
        implements Credential {}

    record ServiceAccount(SettingText json) implements Credential {}

    record ClientCredentials(SettingText tenant, SettingText clientId, SettingText clientSecret)
        implements Credential {}
  }

  /// Where at the vendor the account is.
  public record Place(
      Optional<String> apiVersion, Optional<String> project, Optional<String> location) {}

  /// One scripted answer; see `script` in the reference for what each member does.
  public record ScriptStep(
      Span span,
      String text,
      boolean echo,
      Optional<String> body,
      List<Integer> cuts,
      Duration delay,
      Duration eventDelay,
      int status,
      Optional<Duration> retryAfter,
      OptionalInt dieAfterEvents,
      OptionalInt inputTokens,
      OptionalInt outputTokens,
      boolean reportUsage) {
    public ScriptStep {
      cuts = List.copyOf(cuts);
    }
  }
}
