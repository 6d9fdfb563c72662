package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
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
  public record Links(
      Upstream upstream, ScheduledExecutorService timer, @Nullable SSLContext trust) {}

  /// The providers of a graph of which nothing is [#missing].
  public static Providers of(RuleGraph graph, Environment environment, Links links) {
    Map<String, Provider> byName = new HashMap<>();
    graph.providers().forEach((name, node) -> byName.put(name, provider(node, environment, links)));
    return new Providers(byName);
  }

  private static Provider provider(ProviderNode node, Environment environment, Links links) {
    if (node.script().isPresent()) {
      return ScriptProvider.of(node.script().get(), links.timer());
    }
    List<Secret> keys = new ArrayList<>();
    node.apiKeys().forEach(key -> keys.add(new Secret(required(key, environment))));
    String base = required(node.baseUrl().orElseThrow(), environment);
    return OpenAiProvider.of(links.upstream(), URI.create(base), keys, links.trust());
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
