package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.credential.TokenSource;
import dev.gatewayctl.runtime.engine.Secret;

/// What a provider is shown of whoever asks.
sealed interface Shown {
  /// Nothing.
  record Nothing() implements Shown {}

  /// A key in a field of its own, or as a bearer token in `authorization`.
  record Key(String field, Secret value) implements Shown {}

  /// Amazon's signature.
  record Signature(SigV4.Keys keys, SigV4.Scope scope) implements Shown {}

  /// A token that is fetched.
  record Token(TokenSource source) implements Shown {}
}
