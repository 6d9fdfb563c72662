package dev.gatewayctl.policy.analysis;

import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.ProviderDefinition;
import dev.gatewayctl.policy.definition.ProviderDefinition.Credential.AwsKeys;
import dev.gatewayctl.policy.definition.ProviderDefinition.Credential.ClientCredentials;
import dev.gatewayctl.policy.definition.ProviderDefinition.Credential.ServiceAccount;
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
    policy
        .principals()
        .ifPresent(
            principals ->
                principals
                    .apps()
                    .forEach(
                        (name, app) ->
                            app.sigv4()
                                .ifPresent(
                                    pair -> exposure.outside(pair.secret(), "secret", name))));
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
      provider.apiKeys().forEach(key -> outside(key, "api_key", provider.name().value()));
      provider.credential().ifPresent(shown -> credential(shown, provider.name().value()));
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

  private void credential(ProviderDefinition.Credential credential, String owner) {
    switch (credential) {
      case AwsKeys keys -> {
        outside(keys.secretAccessKey(), "secret_access_key", owner);
        keys.sessionToken().ifPresent(token -> outside(token, "session_token", owner));
      }
      case ServiceAccount account -> outside(account.json(), "service_account", owner);
      case ClientCredentials client -> outside(client.clientSecret(), "client_secret", owner);
    }
  }

  /// A secret must not stand in the text.
  private void outside(SettingText secret, String key, String owner) {
    if (secret instanceof SettingText.Literal) {
      out.report(
              DiagnosticCode.SECRET_WRITTEN_OUT,
              secret.span(),
              "the credential of `%s` stands in the policy".formatted(owner))
          .help("keep it outside: `%1$s: $env:NAME` or `%1$s: $file:PATH`".formatted(key));
    }
  }
}
