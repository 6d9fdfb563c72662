package dev.gatewayctl.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `serve` as a process of its own: what it prints, how it ends, what signals do. The policies
/// stand in the test's folder, the variables are those that a test sets and no others.
final class ServeProcessTest {
  private static final Path ENV = Path.of("/usr/bin/env");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String POLICY =
      """
      gateway: v1
      providers:
        echo:
          protocol: script
          script:
            - { text: "one two three four five six", event_delay: 60ms }
      models:
        echo: { targets: [echo/echo], price: { input: 0, output: 0 } }
      """;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatRuns() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void saysReadyAndReloadsAndDrainsAStream() throws Exception {
    policy(POLICY);
    Process process = serve("--listen", "127.0.0.1:0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    assertThat(ready).as(errors()).matches("ready http://127\\.0\\.0\\.1:[1-9][0-9]*");
    String address = ready.substring("ready ".length());

    policy(POLICY.replace("models:\n  echo:", "models:\n  other:"));
    signal(process, "HUP");
    awaitModels(address, "other");

    policy("gateway: v1\nmodels: { broken: { targets: [nowhere/x] } }\n");
    signal(process, "HUP");
    awaitError("unknown-provider");
    awaitError("the old one stays in force");
    assertThat(models(address)).contains("other");

    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            """
                            {"model": "other", "stream": true,
                             "messages": [{"role": "user", "content": "hello"}]}\
                            """))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    signal(process, "TERM");
    String body = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(body).contains("six").endsWith("data: [DONE]\n\n");
    assertThat(exit(process)).isZero();
    assertThat(out.readLine()).isNull();
  }

  @Test
  void saysReadyInJsonAndEndsAtAnInterrupt() throws Exception {
    policy(POLICY);
    Process process =
        serve("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--format", "json");
    String ready = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(ready)
        .as(errors())
        .matches(
            "\\{\"version\":1,\"listen\":\"http://127\\.0\\.0\\.1:[0-9]+\","
                + "\"admin\":\"http://127\\.0\\.0\\.1:[0-9]+\","
                + "\"policy_digest\":\"sha256:[0-9a-f]{64}\"}");
    signal(process, "INT");
    assertThat(exit(process)).isZero();
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    policy(POLICY);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      refused(serve("--listen", address), 3);
      assertThat(errors()).contains("gatewayctl: ", address, "in use");
    }
  }

  @Test
  void refusesAPolicyThatDoesNotCompile() throws Exception {
    policy("gateway: v1\nmodels: { broken: { targets: [nowhere/x] } }\n");
    refused(serve(), 1);
    assertThat(errors())
        .contains(
            "error[unknown-provider]", "gatewayctl: the policy `gateway.yaml` does not compile");
  }

  @Test
  void refusesAMissingVariable() throws Exception {
    policy(
        """
        gateway: v1
        providers:
          openai: { protocol: openai, api_key: $env:OPENAI_API_KEY }
        models:
          fast: { targets: [openai/gpt-5-mini] }
        """);
    refused(serve("--listen", "127.0.0.1:0"), 3);
    assertThat(errors()).contains("the environment variable `OPENAI_API_KEY` is not set");
  }

  @Test
  void refusesAnAuditDirectoryInUse() throws Exception {
    policy(POLICY);
    Process first = serve("--listen", "127.0.0.1:0", "--audit", "audit");
    assertThat(first.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("ready ");
    refused(serve("--listen", "127.0.0.1:0", "--audit", "audit"), 3);
    assertThat(errors()).contains("gatewayctl: ", "audit", "in use");
    signal(first, "TERM");
    assertThat(exit(first)).isZero();
  }

  @Test
  void refusesToListenForAnyone() throws Exception {
    policy(POLICY);
    refused(serve("--listen", "0.0.0.0:0"), 3);
    assertThat(errors()).contains("is not loopback", "server: { open: true }");
  }

  private Process serve(String... options) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "dev.gatewayctl.cli.Main",
                "serve"));
    words.addAll(List.of(options));
    if (Files.exists(ENV)) {
      // Whoever started the tests in the background had them ignore SIGINT, and children inherit
      // it.
      words.addAll(0, List.of(ENV.toString(), "--default-signal=INT"));
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
    Process process = builder.redirectError(folder.resolve("errors").toFile()).start();
    started.add(process);
    return process;
  }

  /// Of the tests, absolute, since the process runs in another folder.
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    if (ServeProcessTest.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        entries.add(Path.of(URI.create(url.toString())).toString());
      }
    } else {
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        entries.add(Path.of(entry).toAbsolutePath().toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private void policy(String text) throws IOException {
    Files.writeString(folder.resolve("gateway.yaml"), text);
  }

  /// Nothing on standard output, no trace on the other, and that exit code.
  private void refused(Process process, int code) throws Exception {
    assertThat(exit(process)).as(errors()).isEqualTo(code);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
    assertThat(errors()).doesNotContain("Exception", "\tat ");
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static void signal(Process process, String name) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  private String errors() throws IOException {
    Path file = folder.resolve("errors");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private void awaitError(String part) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!errors().contains(part) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(errors()).contains(part);
  }

  private static void awaitModels(String address, String model) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!models(address).contains(model) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(models(address)).contains(model);
  }

  private static String models(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + "/v1/models")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
