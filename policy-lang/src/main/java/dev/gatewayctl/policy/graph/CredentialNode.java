package dev.gatewayctl.policy.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a provider is shown beside, or instead of, a key. Every value is a reference or a text that
/// is printed nowhere.
public sealed interface CredentialNode {
  /// Amazon's signature, version 4.
  record AwsKeys(Setting accessKeyId, Setting secretAccessKey, Optional<Setting> sessionToken)
      implements CredentialNode {}

  /// A Google service account: the JSON of its key file.
  record ServiceAccount(Setting json) implements CredentialNode {}

  /// Entra: client credentials.
  record ClientCredentials(Setting tenant, Setting clientId, Setting clientSecret)
      implements CredentialNode {}

  /// All that must be there, each with the member that holds it.
  default List<Part> parts() {
    return switch (this) {
      case AwsKeys aws ->
          Stream.concat(
                  Stream.of(
                      new Part("access_key_id", aws.accessKeyId),
                      new Part("secret_access_key", aws.secretAccessKey)),
                  aws.sessionToken.stream().map(token -> new Part("session_token", token)))
              .toList();
      case ServiceAccount account -> List.of(new Part("service_account", account.json));
      case ClientCredentials client ->
          List.of(
              new Part("tenant", client.tenant),
              new Part("client_id", client.clientId),
              new Part("client_secret", client.clientSecret));
    };
  }

  /// One value under `credentials`.
  record Part(String member, Setting value) {}
}
