package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.FindingCount;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.RuleHit;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Records of exchanges that never happened, the same for the same seed: of every shape that the
/// format allows.
public final class SampleRecords {
  private static final List<String> TEXTS =
      List.of(
          "plain",
          "",
          "with \"quotes\" and \\",
          "über Straße",
          "東京 😀",
          "tab\there\nline",
          "}],{[");

  private static final List<String> ORDINARY_TEXTS = List.of("an ordinary text", "plain", "a-b.c");

  private final Random random;
  private final boolean ordinary;
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private long count;

  public SampleRecords(long seed) {
    this(seed, false);
  }

  private SampleRecords(long seed, boolean ordinary) {
    this.random = new Random(seed);
    this.ordinary = ordinary;
  }

  /// Records without a text that JSON must escape.
  public static SampleRecords ordinary(long seed) {
    return new SampleRecords(seed, true);
  }

  /// The next record; times go forward.
  public ExchangeRecord next() {
    now = now.plusMillis(random.nextInt(400_000));
    count++;
    boolean deny = random.nextInt(5) == 0;
    int status =
        deny
            ? pick(List.of(400, 401, 403, 403, 404, 405, 413, 429, 431, 503))
            : pick(List.of(200, 200, 200, 200, 502, 500));
    boolean sent = !deny && random.nextInt(10) > 0;
    Usage usage = sent ? usage() : Usage.UNKNOWN;
    String provider = pick(List.of("openai", "anthropic", "onprem"));
    String model = pick(List.of("fast", "strong", ordinary ? "inhouse" : "in\"house"));
    OptionalLong cost = sent ? some(random.nextLong(1L << 40)) : OptionalLong.empty();
    return new ExchangeRecord(
        String.format("ex_%026d", count),
        now,
        now.plusMillis(random.nextInt(9_000)),
        "sha256:" + "0f".repeat(32),
        maybe(pick(List.of("chat", "embeddings"))),
        random.nextBoolean(),
        principal(),
        maybe(model),
        sent ? Optional.of(provider + "/" + model) : Optional.empty(),
        sent ? Optional.of(provider) : Optional.empty(),
        sent ? maybe("eu") : Optional.empty(),
        deny ? "deny" : "allow",
        status,
        deny ? Optional.of("policy_denied") : Optional.empty(),
        deny ? Optional.of(pick(ordinary ? ORDINARY_TEXTS : TEXTS)) : Optional.empty(),
        rules(),
        new TreeSet<>(texts(2)),
        findings(),
        scores(),
        new TreeSet<>(List.of("email", "iban", "aws_access_key").subList(0, random.nextInt(4))),
        new TreeMap<>(random.nextBoolean() ? Map.of() : Map.of("email", 1 + random.nextInt(4))),
        texts(2),
        attempts(sent, usage, cost),
        usage,
        cost,
        sent ? maybe("2026-09-22") : Optional.empty(),
        random.nextInt(9_000),
        some(random.nextInt(900)),
        deny ? "denied" : status >= 500 ? pick(List.of("failed", "upstream_failed")) : "complete",
        maybe("ab".repeat(32)),
        facts());
  }

  private Principal principal() {
    Optional<String> app = maybe("app-" + random.nextInt(5));
    Optional<String> user = maybe(pick(List.of("ann", "bob", ordinary ? "joe" : "j\"r", "李")));
    Optional<String> key = app.map(name -> name + "-key");
    String id = user.map(name -> "user:" + name).or(() -> app.map(a -> "app:" + a)).orElse("");
    return new Principal(
        id,
        key.isPresent() ? "key" : "anonymous",
        maybe("acme"),
        maybe(pick(List.of("research", "support"))),
        app,
        user,
        key,
        new TreeSet<>());
  }

  private List<RuleHit> rules() {
    List<RuleHit> rules = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      rules.add(
          new RuleHit(
              pick(List.of("no-secrets-out", "mask-personal-data", "limits.per-caller", "eu-only")),
              maybe("request"),
              List.of("deny", "tag").subList(0, random.nextInt(3)),
              pick(List.of("enforce", "shadow")),
              random.nextInt(9) == 0
                  ? Optional.of(pick(ordinary ? ORDINARY_TEXTS : TEXTS))
                  : Optional.empty()));
    }
    return rules;
  }

  private List<FindingCount> findings() {
    List<FindingCount> findings = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      String kind = pick(List.of("email", "iban", "aws_access_key"));
      findings.add(
          new FindingCount(
              pick(List.of("request", "response")),
              kind,
              kind,
              pick(List.of("user", "assistant")),
              random.nextBoolean(),
              1 + random.nextInt(5),
              random.nextInt(3) == 0 ? 1 : random.nextDouble()));
    }
    return findings;
  }

  private Map<String, Map<String, Double>> scores() {
    return random.nextBoolean()
        ? Map.of()
        : Map.of("request", Map.of("injection", random.nextDouble()), "response", Map.of());
  }

  private List<Attempt> attempts(boolean sent, Usage usage, OptionalLong cost) {
    List<Attempt> attempts = new ArrayList<>();
    if (sent && random.nextInt(4) == 0) {
      attempts.add(
          new Attempt("openai/one", 0, random.nextInt(99), Usage.UNKNOWN, OptionalLong.empty()));
    }
    if (sent) {
      attempts.add(new Attempt("openai/two", 200, random.nextInt(9_000), usage, cost));
    }
    return attempts;
  }

  private Usage usage() {
    long input = random.nextInt(100_000);
    return new Usage(
        some(input),
        some(input / 2),
        some(0),
        some(input / 8),
        some(random.nextInt(4_000)),
        some(3),
        random.nextBoolean());
  }

  private SortedMap<String, Object> facts() {
    SortedMap<String, Object> facts = new TreeMap<>();
    if (random.nextBoolean()) {
      facts.put("tokens.input", random.nextInt(2) == 0 ? new Bounds(1, 77) : (Object) 41L);
      facts.put("request.temperature", random.nextInt(3) == 0 ? 1.0 : random.nextDouble());
      facts.put("request.stream", random.nextBoolean());
      facts.put("tools.names", texts(3));
      facts.put("request.path", pick(ordinary ? ORDINARY_TEXTS : TEXTS));
    }
    return facts;
  }

  private List<String> texts(int most) {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      texts.add(pick(ordinary ? ORDINARY_TEXTS : TEXTS));
    }
    return texts;
  }

  private <T> Optional<T> maybe(T value) {
    return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(value);
  }

  private OptionalLong some(long value) {
    return random.nextInt(6) == 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
