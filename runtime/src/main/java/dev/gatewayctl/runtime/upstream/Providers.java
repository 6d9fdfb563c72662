package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.graph.CredentialNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.credential.TokenGrant;
import dev.gatewayctl.runtime.credential.TokenSource;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The providers of one policy, with their references resolved.
public final class Providers {
  private final Map<String, Provider> byName;

  private Providers(Map<String, Provider> byName) {
    this.byName = Map.copyOf(byName);
  }

  /// What connecting needs.
  ///
  /// @param timer for what scripted providers delay
  /// @param trust certificates trusted instead of the platform's
  /// @param clock by which requests are signed and tokens end
  /// @param log told why a token could not be fetched; no secret is in it
  public record Links(
      Upstream upstream,
      ScheduledExecutorService timer,
      @Nullable SSLContext trust,
      InstantSource clock,
      Consumer<String> log) {}

  /// The providers of a graph of which nothing is [#missing].
  public static Providers of(RuleGraph graph, Environment environment, Links links) {
    return of(graph, environment, links, TokenGrant.ClientCredentials.PUBLIC);
  }

  /// The same where Entra is elsewhere.
  static Providers of(RuleGraph graph, Environment environment, Links links, URI entra) {
    Making making = new Making(environment, links, entra);
    Map<String, Provider> byName = new HashMap<>();
    graph.providers().forEach((name, node) -> byName.put(name, making.provider(node)));
    return new Providers(byName);
  }

  /// Makes providers.
  private record Making(Environment environment, Links links, URI entra) {
    Provider provider(ProviderNode node) {
      if (node.script().isPresent()) {
        return ScriptProvider.of(node.script().get(), links.timer());
      }
      Vendor vendor = Vendor.of(node);
      List<Shown> shown = new ArrayList<>();
      node.apiKeys()
          .forEach(key -> shown.add(new Shown.Key(vendor.keyField(), new Secret(text(key)))));
      node.credential().ifPresent(credential -> shown.addAll(shown(node, credential)));
      if (shown.isEmpty()) {
        shown.add(new Shown.Nothing());
      }
      return HttpProvider.of(
          links.upstream(),
          new HttpProvider.Account(
              vendor,
              URI.create(text(node.baseUrl().orElseThrow())),
              shown,
              links.trust(),
              links.clock()));
    }

    private List<Shown> shown(ProviderNode node, CredentialNode credential) {
      return switch (credential) {
        case CredentialNode.AwsKeys(Setting id, Setting secret, Optional<Setting> session) ->
            List.of(
                new Shown.Signature(
                    new SigV4.Keys(
                        text(id),
                        new Secret(text(secret)),
                        session.map(token -> new Secret(text(token)))),
                    new SigV4.Scope(node.place().location().orElse("us-east-1"), "bedrock")));
        case CredentialNode.ServiceAccount(Setting json) ->
            tokens(node, TokenGrant.ServiceAccount.of(text(json)).orElseThrow());
        case CredentialNode.ClientCredentials(Setting tenant, Setting id, Setting secret) ->
            tokens(
                node,
                new TokenGrant.ClientCredentials(
                    entra, text(tenant), text(id), new Secret(text(secret))));
      };
    }

    /// A token that is refused is fetched anew, once.
    private List<Shown> tokens(ProviderNode node, TokenGrant grant) {
      TokenSource source =
          TokenSource.of(
              grant,
              new TokenSource.Links(
                  links.upstream(),
                  links.clock(),
                  links.trust(),
                  task -> Thread.ofVirtual().name("token").start(task),
                  why -> links.log().accept("providers." + node.name() + ": " + why)));
      return List.of(new Shown.Token(source), new Shown.Token(source));
    }

    private String text(Setting setting) {
      return required(setting, environment);
    }
  }

  private static String required(Setting setting, Environment environment) {
    return resolve(setting, environment)
        .orElseThrow(() -> new IllegalStateException("a reference was not checked before"));
  }

  private static Optional<String> resolve(Setting setting, Environment environment) {
    return switch (setting) {
      case Setting.Literal literal -> Optional.of(literal.value());
      case Setting.Environment variable -> environment.variable(variable.name());
      case Setting.File file -> environment.file(file.path());
    };
  }

  /// What keeps a graph from being served here: references that lead nowhere and addresses that are
  /// none, one line each; no value is named.
  public static List<String> missing(RuleGraph graph, Environment environment) {
    List<String> missing = new ArrayList<>();
    graph
        .providers()
        .values()
        .forEach(
            provider -> {
              String path = "providers." + provider.name();
              provider
                  .apiKeys()
                  .forEach(key -> check(path + ".api_key", key, environment, missing));
              provider
                  .credential()
                  .ifPresent(credential -> check(path, credential, environment, missing));
              provider
                  .baseUrl()
                  .ifPresent(
                      base -> {
                        check(path + ".base_url", base, environment, missing);
                        resolve(base, environment)
                            .filter(text -> !isAddress(text))
                            .ifPresent(
                                _ ->
                                    missing.add(
                                        path + ".base_url: the value is no http or https URL"));
                      });
            });
    graph
        .audit()
        .directory()
        .ifPresent(directory -> check("audit.dir", directory, environment, missing));
    graph
        .principals()
        .ifPresent(
            known ->
                known
                    .apps()
                    .forEach(
                        (name, app) ->
                            app.sigv4()
                                .ifPresent(
                                    pair -> {
                                      String path = "principals.apps." + name + ".sigv4";
                                      check(path + ".id", pair.id(), environment, missing);
                                      check(path + ".secret", pair.secret(), environment, missing);
                                    })));
    return missing;
  }

  /// The text behind a setting, if it is there.
  public static Optional<String> lookUp(Setting setting, Environment environment) {
    return resolve(setting, environment);
  }

  private static void check(
      String path, Setting setting, Environment environment, List<String> missing) {
    if (resolve(setting, environment).isEmpty()) {
      missing.add(
          switch (setting) {
            case Setting.Literal _ -> path + " is empty";
            case Setting.Environment variable ->
                path + ": the environment variable `" + variable.name() + "` is not set";
            case Setting.File file -> path + ": there is no file `" + file.path() + "`";
          });
    }
  }

  private static void check(
      String provider, CredentialNode credential, Environment environment, List<String> missing) {
    String path = provider + ".credentials.";
    credential
        .parts()
        .forEach(part -> check(path + part.member(), part.value(), environment, missing));
    if (credential instanceof CredentialNode.ServiceAccount(Setting json)) {
      resolve(json, environment)
          .filter(text -> TokenGrant.ServiceAccount.of(text).isEmpty())
          .ifPresent(
              _ -> missing.add(path + "service_account: the value is no key file of an account"));
    }
  }

  private static boolean isAddress(String text) {
    try {
      Upstream.Origin.of(URI.create(text));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  Provider of(String name) {
    Provider provider = byName.get(name);
    if (provider == null) {
      throw new IllegalStateException("an undeclared provider");
    }
    return provider;
  }

  /// The bodies that a scripted provider received, oldest first; empty when there is no such one.
  public Optional<List<byte[]>> received(String name) {
    return byName.get(name) instanceof ScriptProvider scripted
        ? Optional.of(scripted.received())
        : Optional.empty();
  }
}
