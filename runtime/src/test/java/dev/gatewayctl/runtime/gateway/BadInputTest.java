package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What callers get wrong, and what they are told: goldens in `bad-input.txt` beside this class's
/// resources. `-Dgolden.write=true` writes them anew.
class BadInputTest {
  private static final String KEY = "gk_rightkey";
  private static final String EXPIRED = "gk_expired";
  private static final String EARLY = "gk_early";
  private static TestProvider provider;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    provider = TestProvider.answering(Chat.answer("ok"));
    gateway =
        RunningGateway.of(
            """
            gateway: v1
            server: { listen: 127.0.0.1:0, max_body: 64KiB }
            providers:
            %smodels: { m: { targets: [p/m-1], price: { input: 1.00, output: 1.00 } } }
            principals:
              apps:
                a:
                  models: [m]
                  keys:
                    good: { sha256: %s }
                    old: { sha256: %s, until: 2020-01-01 }
                    new: { sha256: %s, from: 2999-01-01 }
            """
                .formatted(
                    provider.section("p", ""),
                    RunningGateway.hash(KEY),
                    RunningGateway.hash(EXPIRED),
                    RunningGateway.hash(EARLY)));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @Test
  void eachIsToldInItsDialect() throws IOException {
    StringBuilder told = new StringBuilder();
    String good = Chat.ask("m", "hi");
    List<String> bodies =
        List.of(
            "",
            "{",
            "null",
            "[]",
            "{\"model\":\"m\"}",
            good + "x",
            good.replace("{\"model\"", "{\"model\":\"other\",\"model\""),
            good.replace("{\"model\"", "{\"mod\\u0065l\":\"other\",\"model\""),
            good.replace("\"m\"", "7"),
            good.replace("\"m\"", "\"\""),
            good.replace("\"user\"", "7"),
            good.replace("\"hi\"", "{\"a\":1}"),
            "{\"model\":\"m\",\"messages\":{}}",
            "{\"model\":\"m\",\"messages\":[]}",
            "{\"model\":\"m\",\"messages\":[7]}",
            good.replace("{\"model\"", "{\"stream\":\"yes\",\"model\""),
            good.replace("{\"model\"", "{\"n\":1.5,\"model\""),
            good.replace("{\"model\"", "{\"n\":-1,\"model\""),
            good.replace("{\"model\"", "{\"max_tokens\":\"many\",\"model\""),
            good.replace("{\"model\"", "{\"temperature\":[],\"model\""),
            good.replace("{\"model\"", "{\"tools\":{},\"model\""),
            good.replace("\"m\"", "\"unknown\""),
            good.replace("\"m\"", "\"m-1\""),
            "{\"a\":".repeat(300) + "1" + "}".repeat(300));
    for (String body : bodies) {
      tell(told, shown(body), ask(KEY, "", body.getBytes(StandardCharsets.UTF_8)));
    }
    byte[] broken = good.replace("hi", "~~").getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < broken.length; i++) {
      broken[i] = broken[i] == '~' ? (byte) 0xff : broken[i];
    }
    tell(told, "not UTF-8", ask(KEY, "", broken));
    byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
    tell(told, "no key", ask("", "", bytes));
    tell(told, "wrong key", ask("gk_wrong", "", bytes));
    tell(told, "expired key", ask(EXPIRED, "", bytes));
    tell(told, "early key", ask(EARLY, "", bytes));
    tell(told, "two keys", ask(KEY, "authorization: Bearer " + KEY + "\r\n", bytes));
    tell(told, "content-encoding", ask(KEY, "content-encoding: gzip\r\n", bytes));
    tell(told, "identity", ask(KEY, "content-encoding: identity\r\n", bytes));
    tell(told, "too long", ask(KEY, "", Arrays.copyOf(bytes, 100_000)));
    for (String line :
        List.of(
            "PUT /v1/chat/completions",
            "DELETE /v1/models",
            "POST /v1/nowhere",
            "GET /v1/models/other",
            "POST /v1/chat/completions/",
            "POST /V1/CHAT/COMPLETIONS",
            "POST /v1//chat/completions",
            "POST /v1/chat%2fcompletions")) {
      tell(told, line, send(line, KEY, "", bytes));
    }
    assertThat(provider.received())
        .hasSize(told.toString().split("\\(the answer\\)", -1).length - 1);
    golden(told.toString());
  }

  private static String shown(String body) {
    return body.length() > 120 ? body.substring(0, 20) + "... " + body.length() : body;
  }

  private static RawClient.Answer ask(String key, String fields, byte[] body) throws IOException {
    return send("POST /v1/chat/completions", key, fields, body);
  }

  private static RawClient.Answer send(String line, String key, String fields, byte[] body)
      throws IOException {
    String all = (key.isEmpty() ? "" : "authorization: Bearer " + key + "\r\n") + fields;
    try (RawClient client = new RawClient(gateway.gateway())) {
      return client.send(line + " HTTP/1.1\r\n", all, body).answer();
    }
  }

  /// Case, status, the fields that tell about trying again, body.
  private static void tell(StringBuilder told, String what, RawClient.Answer answer) {
    List<String> fields = new ArrayList<>();
    for (String line : answer.head().split("\r\n", -1)) {
      if (line.startsWith("x-should-retry") || line.startsWith("content-type")) {
        fields.add(line);
      }
    }
    String body = answer.status() == 200 ? "(the answer)" : answer.body();
    told.append("# ").append(what).append('\n');
    told.append(answer.status()).append(' ').append(String.join(" ", fields)).append('\n');
    told.append(body).append("\n\n");
  }

  private static void golden(String told) throws IOException {
    Path file = Path.of("src/test/resources/dev/gatewayctl/runtime/gateway/bad-input.txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, told);
    }
    try {
      assertThat(told).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
