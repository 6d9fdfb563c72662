package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.definition.ProviderDefinition.Credential;
import dev.gatewayctl.policy.definition.ProviderDefinition.Place;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.util.List;
import java.util.Optional;

/// Binds what a provider's protocol wants beside a key: where the account is, and with what else it
/// identifies itself.
final class CredentialBinder {
  private final Binding binding;
  private final Fields fields;

  CredentialBinder(Binding binding, Fields fields) {
    this.binding = binding;
    this.fields = fields;
  }

  /// `api_version`, `project` and `location`, as far as the protocol has words for them.
  Place place(Optional<Protocol> protocol) {
    Place place =
        new Place(
            word("api_version", protocol, Protocol.AZURE_OPENAI),
            word("project", protocol, Protocol.VERTEX),
            word("location", protocol, Protocol.VERTEX, Protocol.BEDROCK));
    if (protocol.equals(Optional.of(Protocol.VERTEX))) {
      need("project", place.project());
      need("location", place.location());
    }
    return place;
  }

  private Optional<String> word(String key, Optional<Protocol> protocol, Protocol... owners) {
    Optional<Located<String>> text = fields.text(key);
    if (text.isPresent() && protocol.isPresent() && !List.of(owners).contains(protocol.get())) {
      conflict(
          text.get().span(),
          "`%s` means nothing beside `protocol: %s`".formatted(key, protocol.get().word()));
    }
    if (text.isPresent() && !text.get().value().matches("[a-zA-Z0-9][a-zA-Z0-9.-]{0,99}")) {
      binding
          .out()
          .report(
              DiagnosticCode.INVALID_NAME,
              text.get().span(),
              "`%s` is not usable in an address".formatted(Fields.shown(text.get().value())));
      return Optional.empty();
    }
    return text.map(Located::value);
  }

  private void need(String key, Optional<String> value) {
    if (value.isEmpty()) {
      fields.require(key, fields.span(), key + ": ...");
    }
  }

  /// `credentials`, in the words of the protocol.
  Optional<Credential> credential(Optional<Protocol> protocol) {
    Fields table = fields.fields("credentials");
    if (table == null) {
      return Optional.empty();
    }
    return switch (protocol.orElse(null)) {
      case BEDROCK -> aws(table);
      case VERTEX, GEMINI -> serviceAccount(table);
      case AZURE_OPENAI -> entra(table);
      case null -> Optional.empty();
      case OPENAI, ANTHROPIC, OLLAMA, COHERE, MCP, SCRIPT -> {
        conflict(
            table.span(),
            "`credentials` means nothing beside `protocol: %s`: it takes `api_key`"
                .formatted(protocol.get().word()));
        yield Optional.empty();
      }
    };
  }

  private Optional<Credential> serviceAccount(Fields table) {
    Optional<SettingText> account = secret(table, "service_account");
    table.close();
    return account.map(Credential.ServiceAccount::new);
  }

  private Optional<Credential> aws(Fields table) {
    Optional<SettingText> id = secret(table, "access_key_id");
    Optional<SettingText> secret = secret(table, "secret_access_key");
    SyntaxNode token = table.take("session_token");
    hide(token);
    Optional<SettingText> session =
        Optional.ofNullable(binding.setting(token, table.path("session_token")));
    table.close();
    return id.isPresent() && secret.isPresent()
        ? Optional.of(new Credential.AwsKeys(id.get(), secret.get(), session))
        : Optional.empty();
  }

  private Optional<Credential> entra(Fields table) {
    Optional<SettingText> tenant = secret(table, "tenant");
    Optional<SettingText> client = secret(table, "client_id");
    Optional<SettingText> secret = secret(table, "client_secret");
    table.close();
    return tenant.isPresent() && client.isPresent() && secret.isPresent()
        ? Optional.of(new Credential.ClientCredentials(tenant.get(), client.get(), secret.get()))
        : Optional.empty();
  }

  /// A value that must be there and is shown nowhere unless it is a reference.
  private Optional<SettingText> secret(Fields table, String key) {
    SyntaxNode node = table.require(key, table.span(), key + ": $env:NAME");
    hide(node);
    return Optional.ofNullable(binding.setting(node, table.path(key)));
  }

  private static void hide(@org.jspecify.annotations.Nullable SyntaxNode node) {
    if (node instanceof Scalar scalar && !Fields.isReference(scalar.value())) {
      scalar.span().hide();
    }
  }

  /// Where the protocol is spoken unless the policy says otherwise; empty, and reported, when only
  /// the policy can say it.
  Optional<SettingText> address(Protocol protocol, Place place) {
    Span at = fields.span();
    Optional<String> address =
        switch (protocol) {
          case VERTEX ->
              place
                  .location()
                  .map(
                      location ->
                          location.equals("global")
                              ? "https://aiplatform.googleapis.com"
                              : "https://%s-aiplatform.googleapis.com".formatted(location));
          case BEDROCK ->
              place.location().map("https://bedrock-runtime.%s.amazonaws.com"::formatted);
          case OPENAI, AZURE_OPENAI, ANTHROPIC, GEMINI, OLLAMA, COHERE, MCP, SCRIPT ->
              protocol.address();
        };
    if (address.isEmpty()) {
      switch (protocol) {
        case VERTEX -> {} // INVARIANT: a location that is missing or wrong was reported
        case BEDROCK -> fields.require("location", at, "location: eu-central-1");
        case OPENAI, AZURE_OPENAI, ANTHROPIC, GEMINI, OLLAMA, COHERE, MCP, SCRIPT ->
            fields.require("base_url", at, "base_url: https://example.com");
      }
    }
    return address.map(url -> new SettingText.Literal(url, at));
  }

  private void conflict(Span at, String message) {
    binding.out().report(DiagnosticCode.CONFLICTING_KEYS, at, message);
  }
}
