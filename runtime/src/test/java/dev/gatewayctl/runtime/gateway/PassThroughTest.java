package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A policy that touches nothing: bytes go through as they are, both ways.
class PassThroughTest {
  private static final String INCLUDE_USAGE = ",\"stream_options\":{\"include_usage\":true}";

  /// Every model name that the recordings ask for, behind one provider.
  private static String policy(TestProvider provider, Iterable<String> models) {
    StringBuilder policy =
        new StringBuilder("gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n");
    policy.append(provider.section("origin", "")).append("models:\n");
    for (String model : models) {
      policy.append(
          "  \"%s\": { targets: [origin/inner-1], price: { input: 1.00, output: 1.00 } }%n"
              .formatted(model));
    }
    return policy.toString();
  }

  @Test
  void recordedRequestsAndAnswersAreByteForByteTheSame() throws Exception {
    AtomicReference<String> next = new AtomicReference<>("");
    try (TestProvider provider =
            TestProvider.playing((request, peer) -> peer.respond(200, "", next.get()));
        RunningGateway gateway =
            RunningGateway.of(
                policy(
                    provider,
                    Recordings.chat().stream()
                        .flatMap(r -> r.request().stream())
                        .map(
                            body ->
                                ChatDialect.INSTANCE.request(
                                    Recordings.utf8(body), RequestPath.PLAIN))
                        .flatMap(
                            r ->
                                r instanceof RequestBody.Reading.Read(RequestBody request)
                                    ? java.util.stream.Stream.of(request.model())
                                    : java.util.stream.Stream.empty())
                        .distinct()
                        .toList()))) {
      int seen = 0;
      for (Recordings.Recording recording : Recordings.answers()) {
        if (recording.request().isEmpty()
            || !(ChatDialect.INSTANCE.request(
                    Recordings.utf8(recording.request().get()), RequestPath.PLAIN)
                instanceof RequestBody.Reading.Read(RequestBody request))) {
          continue;
        }
        next.set(recording.answer());
        HttpResponse<String> answer = gateway.chat("", recording.request().get());
        assertThat(answer.statusCode()).as(recording + answer.body()).isEqualTo(200);
        assertThat(answer.body()).as(recording.name()).isEqualTo(recording.answer());
        String expected =
            new String(
                request.write(RequestEdits.NONE.withModel("inner-1")), StandardCharsets.UTF_8);
        String left = provider.last().body();
        assertThat(request.stream() && !request.includeUsage() ? "" : left)
            .as(recording.name())
            .isEqualTo(request.stream() && !request.includeUsage() ? "" : expected);
        seen++;
      }
      assertThat(seen).isGreaterThan(20);
    }
  }

  @Test
  void recordedStreamsAreByteForByteTheSameHoweverTheyAreCut() throws Exception {
    long seed = 20_261_124;
    Random random = new Random(seed);
    AtomicReference<byte[]> next = new AtomicReference<>(new byte[0]);
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  byte[] all = next.get();
                  peer.head(200, "");
                  int at = 0;
                  int most = 1 + random.nextInt(Math.max(1, all.length));
                  while (at < all.length) {
                    int to = Math.min(all.length, at + 1 + random.nextInt(most));
                    peer.chunk(Arrays.copyOfRange(all, at, to));
                    at = to;
                  }
                  peer.end();
                });
        RunningGateway gateway = RunningGateway.of(policy(provider, java.util.List.of("m")));
        RawClient client = new RawClient(gateway.gateway())) {
      String ask =
          Chat.askStream("m", "hi").replace("\"stream\":true", "\"stream\":true" + INCLUDE_USAGE);
      int seen = 0;
      for (Recordings.Recording recording : Recordings.streams()) {
        if (!recording.answer().contains("[DONE]")) {
          continue;
        }
        next.set(Recordings.utf8(recording.answer()));
        for (int cut = 0; cut < 4; cut++) {
          RawClient.Answer answer = client.chat("", ask).answer();
          assertThat(answer.body())
              .as("%s, cut by seed %d", recording.name(), seed)
              .isEqualTo(recording.answer());
          assertThat(answer.whole()).isTrue();
        }
        seen++;
      }
      assertThat(seen).isGreaterThan(5);
    }
  }

  @Test
  void aShortStreamIsTheSameAtEverySplit() throws Exception {
    String stream =
        ": hello\n\n" + Chat.text("na\u00efve \ud83d\ude00") + Chat.stop() + TestProvider.DONE;
    byte[] all = Recordings.utf8(stream);
    AtomicReference<Integer> cut = new AtomicReference<>(0);
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "");
                  if (cut.get() > 0) {
                    peer.chunk(Arrays.copyOfRange(all, 0, cut.get()));
                  }
                  peer.chunk(Arrays.copyOfRange(all, cut.get(), all.length)).end();
                });
        RunningGateway gateway = RunningGateway.of(policy(provider, java.util.List.of("m")));
        RawClient client = new RawClient(gateway.gateway())) {
      for (int i = 0; i < all.length; i++) {
        cut.set(i);
        assertThat(client.chat("", Chat.askStream("m", "hi")).answer().body())
            .as("cut at %d", i)
            .isEqualTo(stream);
      }
      assertThat(provider.last().body())
          .isEqualTo(
              Chat.askStream("inner-1", "hi")
                  .replace("\"content\":\"hi\"}]}", "\"content\":\"hi\"}]" + INCLUDE_USAGE + "}"));
    }
  }

  @Test
  void theUsageEventThatWeAskedForIsTakenOutAndCounted() throws Exception {
    String text = Chat.text("hello");
    String withNull = text.replace("}\n\n", ",\"usage\":null}\n\n");
    String usage =
        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\","
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
            + "\"total_tokens\":7}}\n\n";
    String stream = withNull + Chat.stop() + usage + TestProvider.DONE;
    try (TestProvider provider = TestProvider.streaming(stream);
        RunningGateway gateway = RunningGateway.of(policy(provider, java.util.List.of("m")))) {
      assertThat(gateway.chat("", Chat.askStream("m", "hi")).body())
          .isEqualTo(text + Chat.stop() + TestProvider.DONE);
      String asked = Chat.askStream("m", "hi").replace("true,", "true" + INCLUDE_USAGE + ",");
      assertThat(gateway.chat("", asked).body()).isEqualTo(stream);
    }
  }

  private static String fields(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  @Test
  void onlyTheHeadersThatAreNamedCrossTheGateway() throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        200,
                        fields(
                            "set-cookie: a=b",
                            "server: secret-box",
                            "x-request-id: r1",
                            "x-ratelimit-remaining-requests: 7",
                            "connection: x-hop",
                            "x-hop: 1",
                            "keep-alive: timeout=5",
                            "via: inner",
                            "x-gatewayctl-cost: 0"),
                        Chat.answer("ok")));
        RunningGateway gateway =
            RunningGateway.of(
                policy(provider, java.util.List.of("m"))
                    .replace("/v1 }", "/v1, api_key: $env:PROVIDER_KEY }"),
                java.util.Map.of("PROVIDER_KEY", "sk-provider-0001"),
                java.util.Optional.empty(),
                null);
        RawClient client = new RawClient(gateway.gateway())) {
      RawClient.Answer answer =
          client
              .chat(
                  fields(
                      "authorization: Bearer gk_caller",
                      "x-api-key: gk_other",
                      "api-key: gk_third",
                      "cookie: s=1",
                      "x-forwarded-for: 10.0.0.1",
                      "x-custom: 1",
                      "openai-organization: org-1",
                      "user-agent: tester/1",
                      "idempotency-key: i1",
                      "openai-beta: b1",
                      "accept-encoding: gzip"),
                  Chat.ask("m", "hi"))
              .answer();
      String sent = provider.last().head();
      assertThat(sent)
          .doesNotContain("gk_", "cookie", "forwarded", "x-custom", "org-1", "gzip", "x-api-key")
          .contains("user-agent: tester/1", "idempotency-key: i1", "openai-beta: b1")
          .contains("authorization: Bearer sk-provider-0001", "accept-encoding: identity")
          .contains("host: 127.0.0.1:" + provider.port())
          .startsWith("POST /v1/chat/completions HTTP/1.1\r\n");
      assertThat(answer.head())
          .doesNotContain("set-cookie", "secret-box", "x-hop", "keep-alive: timeout", "sk-provider")
          .doesNotContain("x-gatewayctl-cost")
          .contains("x-request-id: r1", "x-ratelimit-remaining-requests: 7");
    }
  }

  @Test
  void numbersOrderAndUnknownMembersStayAsWritten() {
    String body =
        "{ \"zeta\":1e+02, \"model\" : \"m\",\"temperature\":0.20,\"max_tokens\":7,"
            + "\"n\":1,\"messages\":[ {\"name\":\"a\\u0041\",\"role\":\"developer\",\"content\":"
            + "\"x\"} ],\"big\":123456789012345678901234567890,\"new_thing\":{\"a\":[1.50,null]}}";
    String back =
        "{\"zz\":0.10,\"id\":\"c\",\"choices\":[{\"logprobs\":{\"content\":[]},\"index\":0,"
            + "\"message\":{\"annotations\":[],\"refusal\":null,\"role\":\"assistant\","
            + "\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"model\":\"m-1\",\"usage\":"
            + "{\"prompt_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":2},"
            + "\"completion_tokens\":7,\"completion_tokens_details\":{\"reasoning_tokens\":1}}}";
    try (TestProvider provider = TestProvider.answering(back);
        RunningGateway gateway = RunningGateway.of(policy(provider, java.util.List.of("m")))) {
      assertThat(gateway.chat("", body).body()).isEqualTo(back);
      assertThat(provider.last().body()).isEqualTo(body.replace("\"m\"", "\"inner-1\""));
    }
  }
}
