package dev.gatewayctl.policy.analysis;

import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.ProviderDefinition;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.graph.HostName;
import java.net.URI;
import java.util.Optional;

/// What stands open to the network, and what stands open in the text.
final class Exposure {
  private final Policy policy;
  private final Diagnostics out;

  private Exposure(Policy policy, Diagnostics out) {
    this.policy = policy;
    this.out = out;
  }

  static void check(Policy policy, Diagnostics out) {
    Exposure exposure = new Exposure(policy, out);
    exposure.listener();
    policy.providers().values().forEach(exposure::provider);
  }

  private void listener() {
    Policy.Server server = policy.server();
    HostName host = HostName.ofAddress(server.listen().value());
    if (!host.isLoopback() && policy.principals().isEmpty() && !server.open()) {
      out.report(
              DiagnosticCode.OPEN_LISTENER,
              server.listen().span(),
              "anybody who reaches `%s` may use the providers' credentials"
                  .formatted(server.listen().value()))
          .help("declare `principals`, listen on `127.0.0.1`, or say `server: { open: true }`");
    }
  }

  private void provider(ProviderDefinition provider) {
    Optional<URI> base =
        provider
            .baseUrl()
            .filter(SettingText.Literal.class::isInstance)
            .map(url -> URI.create(((SettingText.Literal) url).value()));
    HostName host = new HostName(base.map(URI::getHost).orElse("localhost"));
    boolean scripted = provider.baseUrl().isEmpty();
    if (!scripted && !(base.isPresent() && host.isLoopback())) {
      provider.apiKeys().stream()
          .filter(SettingText.Literal.class::isInstance)
          .forEach(key -> secret(provider, key));
    }
    if (base.isPresent() && "http".equals(base.get().getScheme()) && host.isPublic()) {
      out.report(
              DiagnosticCode.PLAIN_HTTP,
              provider.baseUrl().orElseThrow().span(),
              "prompts and credentials for `%s` travel in the clear"
                  .formatted(provider.name().value()))
          .help("write `https://`");
    }
  }

  private void secret(ProviderDefinition provider, SettingText key) {
    out.report(
            DiagnosticCode.SECRET_WRITTEN_OUT,
            key.span(),
            "the credential of `%s` stands in the policy".formatted(provider.name().value()))
        .help("keep it outside: `api_key: $env:NAME` or `api_key: $file:PATH`");
  }
}
