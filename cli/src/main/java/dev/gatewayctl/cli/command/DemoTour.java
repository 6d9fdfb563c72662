package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.gateway.Gateway;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The steps of the tour: each sends a request over a socket, shows what was decided, and checks
/// that it is what the step claims.
final class DemoTour {
  /// The tour's key is public; the policy holds its hash.
  static final String KEY = "gk_demo00000000000000000000000000002vDRqm";

  private static final String EMAIL = "jane@example.org";
  private static final String CARD = "4111 1111 1111 1111";
  private static final String IBAN = "DE89 3704 0044 0532 0130 00";

  private final Console console;
  private final Gateway gateway;
  private final Path audit;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private boolean good = true;
  private int step;

  private DemoTour(Console console, Gateway gateway, Path audit) {
    this.console = console;
    this.gateway = gateway;
    this.audit = audit;
  }

  static DemoTour of(Console console, Gateway gateway, Path audit) {
    return new DemoTour(console, gateway, audit);
  }

  /// Takes every step; true when each did what it says.
  boolean run() {
    plain();
    masked();
    refused();
    streamed();
    fallback();
    limited();
    return good;
  }

  private void plain() {
    title("A plain chat passes untouched");
    HttpResponse<String> answer = send("assistant", "What is the capital of France?", false);
    ExchangeRecord record = shown(answer);
    check("the answer came from the provider", answer.body().contains("Paris is the capital"));
    check("nothing was masked", answer.statusCode() == 200 && record.masked().isEmpty());
    check("it cost something", record.costNanos().orElse(0) > 0);
  }

  private void masked() {
    title("Personal data is masked before it leaves");
    HttpResponse<String> answer =
        send("echo", "I am " + EMAIL + ", card " + CARD + ", IBAN " + IBAN, false);
    ExchangeRecord record = shown(answer);
    String received = received("mirror");
    console.line("   provider got  " + lastContent(received));
    check(
        "an e-mail, a card and an IBAN were masked",
        record.masked().keySet().equals(new TreeSet<>(List.of("card", "email", "iban"))));
    check(
        "the provider received none of them",
        !received.contains(EMAIL) && !received.contains("4111") && !received.contains("DE89"));
  }

  private void refused() {
    title("A secret is refused");
    int before = gateway.received("local").size();
    HttpResponse<String> answer =
        send("assistant", "why does the key AKIAZ7Q2M4T6W8X3Y5RB fail?", false);
    ExchangeRecord record = shown(answer);
    console.line("   caller got    " + answer.body());
    check("status 403 in the caller's dialect", answer.statusCode() == 403);
    check("code policy_denied", answer.body().contains("\"code\":\"policy_denied\""));
    check("the refusal does not quote the key", !answer.body().contains("AKIAZ7Q2"));
    check(
        "by the rule no-secrets-out",
        record.rules().stream().anyMatch(hit -> hit.id().equals("no-secrets-out")));
    check("the provider received nothing", gateway.received("local").size() == before);
  }

  private void streamed() {
    title("A streamed answer is masked, though its value is split over events");
    HttpResponse<String> answer = send("records", "Where does the refund go?", true);
    ExchangeRecord record = shown(answer);
    long events = answer.body().lines().filter(line -> line.startsWith("data: {")).count();
    console.line("   events        " + events);
    check("the caller got [IBAN]", answer.body().contains("[IBAN]"));
    check(
        "and no part of it",
        List.of("DE89", "3704", "0044", "0532").stream().noneMatch(answer.body()::contains));
    check("the stream ended well", answer.body().endsWith("data: [DONE]\n\n"));
    check("it is recorded", record.masked().getOrDefault("iban", 0) == 1 && record.stream());
  }

  private void fallback() {
    title("A failing provider is answered by the next");
    HttpResponse<String> answer = send("resilient", "Are you there?", false);
    ExchangeRecord record = shown(answer);
    check("the caller saw no failure", answer.statusCode() == 200);
    check(
        "the first target failed, the second answered",
        record.attempts().size() == 2
            && record.attempts().getFirst().status() == 503
            && record.target().orElse("").equals("steady/large-1"));
  }

  private void limited() {
    title("A request over its limit");
    HttpResponse<String> first = send("trial", "once", false);
    HttpResponse<String> answer = send("trial", "twice", false);
    ExchangeRecord record = shown(answer);
    String wait = answer.headers().firstValue("retry-after").orElse("");
    console.line("   retry-after   " + wait + " s");
    check("the first one passed", first.statusCode() == 200);
    check("the second one is 429 with retry-after", answer.statusCode() == 429 && !wait.isEmpty());
    check(
        "by the limit one-trial-a-minute",
        record.rules().stream().anyMatch(hit -> hit.id().equals("limits.one-trial-a-minute")));
  }

  private void title(String text) {
    step++;
    console.line(console.paint(Console.Paint.BOLD, step + "  " + text));
  }

  private void check(String claim, boolean holds) {
    good &= holds;
    String mark =
        holds
            ? console.paint(Console.Paint.GOOD, "ok")
            : console.paint(Console.Paint.BAD, "FAILED");
    console.line("   " + mark + "            ".substring(holds ? 2 : 6) + "  " + claim);
  }

  private HttpResponse<String> send(String model, String prompt, boolean stream) {
    JsonWriter body = new JsonWriter().beginObject().name("model").value(model);
    if (stream) {
      body.name("stream").value(true);
    }
    body.name("messages").beginArray().beginObject().name("role").value("user");
    body.name("content").value(prompt).endObject().endArray().endObject();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gateway.address() + "/v1/chat/completions"))
            .header("authorization", "Bearer " + KEY)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes()))
            .build();
    console.line("   prompt        " + prompt);
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw CommandFailure.failed("the gateway did not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  /// Prints what was decided, from the record of the exchange.
  private ExchangeRecord shown(HttpResponse<String> answer) {
    String id = answer.headers().firstValue("x-gatewayctl-exchange").orElse("");
    ExchangeRecord record = record(id);
    console.line("   decided       " + record.decision() + ", status " + record.status());
    String rules =
        record.rules().stream()
            .map(hit -> hit.id() + " (" + String.join(" ", hit.effects()) + ")")
            .distinct()
            .collect(Collectors.joining(", "));
    console.line("   by            " + (rules.isEmpty() ? "no rule" : rules));
    if (!record.masked().isEmpty()) {
      console.line("   masked        " + record.masked());
    }
    if (record.attempts().size() > 1) {
      console.line(
          "   attempts      "
              + record.attempts().stream()
                  .map(attempt -> attempt.target() + " " + attempt.status())
                  .collect(Collectors.joining(", ")));
    }
    record
        .target()
        .ifPresent(
            target ->
                console.line(
                    "   target        %s, %d tokens in, %d out, %s USD"
                        .formatted(
                            target,
                            record.usage().input().orElse(0),
                            record.usage().output().orElse(0),
                            JsonWriter.dollarsText(record.costNanos().orElse(0)))));
    return record;
  }

  private ExchangeRecord record(String id) {
    List<ExchangeRecord> found = new ArrayList<>();
    AuditReader.Reading reading =
        AuditReader.of(List.of(audit))
            .read(
                line -> {
                  if (line instanceof AuditRecord.Exchange(ExchangeRecord exchange)
                      && exchange.id().equals(id)) {
                    found.add(exchange);
                  }
                });
    if (!(reading instanceof AuditReader.Reading.Complete) || found.size() != 1) {
      throw CommandFailure.failed("the exchange has no record in the audit log");
    }
    return found.getFirst();
  }

  private String received(String provider) {
    List<byte[]> bodies = gateway.received(provider);
    return bodies.isEmpty() ? "" : new String(bodies.getLast(), StandardCharsets.UTF_8);
  }

  private static String lastContent(String body) {
    int at = body.lastIndexOf("\"content\":\"");
    return at < 0 ? body : body.substring(at + 11).replaceAll("\"}]}$", "");
  }
}
