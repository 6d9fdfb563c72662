package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.runtime.engine.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A gateway on a real socket of this machine, for tests, and a client to talk to it.
public final class RunningGateway implements AutoCloseable {
  private final Gateway gateway;
  private final List<LogLine> log;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningGateway(Gateway gateway, List<LogLine> log) {
    this.gateway = gateway;
    this.log = log;
  }

  public static RunningGateway of(String policy) {
    return of(policy, Map.of(), Optional.empty(), null);
  }

  public static RunningGateway of(
      String policy,
      Map<String, String> variables,
      Optional<Path> audit,
      @Nullable SSLContext trust) {
    List<LogLine> log = Collections.synchronizedList(new ArrayList<>());
    Gateway.Started started = Gateway.start(loaded(policy), host(variables, audit, trust, log));
    assertThat(started).isInstanceOf(Gateway.Started.Running.class);
    return new RunningGateway(((Gateway.Started.Running) started).gateway(), log);
  }

  static Gateway.Host host(
      Map<String, String> variables,
      Optional<Path> audit,
      @Nullable SSLContext trust,
      List<LogLine> log) {
    return new Gateway.Host(
        new Environment() {
          @Override
          public Optional<String> variable(String name) {
            return Optional.ofNullable(variables.get(name));
          }

          @Override
          public Optional<String> file(String path) {
            return Optional.empty();
          }
        },
        InstantSource.system(),
        System::nanoTime,
        RandomGenerator.of("L64X128MixRandom"),
        Optional.of("127.0.0.1:0"),
        Optional.of("127.0.0.1:0"),
        audit,
        trust,
        log::add);
  }

  static Gateway.Loaded loaded(String policy) {
    Compilation compilation =
        PolicyCompiler.compile(
            "gateway.yaml",
            name ->
                name.equals("gateway.yaml")
                    ? new Sources.Found(SourceFile.of(name, policy))
                    : new Sources.Unreadable("no such file"));
    assertThat(compilation.graph())
        .as(DiagnosticText.render(compilation.diagnostics(), false))
        .isPresent();
    return new Gateway.Loaded(compilation.graph().orElseThrow(), Map.of("gateway.yaml", policy));
  }

  /// What a policy holds of a key: SHA-256 in lower-case hex.
  public static String hash(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public Gateway gateway() {
    return gateway;
  }

  List<LogLine> log() {
    return log;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.address() + path));
  }

  /// Sends a chat body with a key, or without one when it is empty.
  HttpResponse<String> chat(String key, String body) {
    HttpRequest.Builder request =
        request("/v1/chat/completions")
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("authorization", "Bearer " + key);
    }
    return send(request.build());
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  HttpResponse<String> admin(String path) {
    return send(
        HttpRequest.newBuilder(URI.create(gateway.adminAddress().orElseThrow() + path)).build());
  }

  /// What a scripted provider received last.
  String received(String provider) {
    return new String(gateway.received(provider).getLast(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    gateway.close();
  }
}
