package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The names of a small policy, for tests.
public final class DeclaredNames implements Names {
  private final Map<String, LetDefinition> lets = new TreeMap<>();
  private final List<String> used = new ArrayList<>();

  public static DeclaredNames sample() {
    DeclaredNames names = new DeclaredNames();
    names.let("big", "tokens.input > 4000");
    names.let("huge", "big && tokens.input > 100000");
    names.let("loop", "again || big");
    names.let("again", "loop && big");
    names.let("wrong", "tokens.inputs > 4000");
    names.lets.put(
        "limit",
        new LetDefinition(
            "limit",
            new LetDefinition.Table(
                scalar("principal.team"),
                List.of(
                    new LetDefinition.Row(scalar("research"), scalar("0.97")),
                    new LetDefinition.Row(scalar("support"), scalar("1"))),
                Optional.of(scalar("0.9")))));
    names.lets.put(
        "open_table",
        new LetDefinition(
            "open_table",
            new LetDefinition.Table(scalar("principal.team"), List.of(), Optional.empty())));
    return names;
  }

  private void let(String name, String text) {
    lets.put(name, new LetDefinition(name, new LetDefinition.Formula(scalar(text))));
  }

  static ScalarText scalar(String text) {
    return ScalarText.of(SourceFile.of("let", text));
  }

  /// Each use as `section name`.
  public List<String> used() {
    return used;
  }

  @Override
  public Set<String> names(Type.Nominal type) {
    return switch (type) {
      case MODEL -> Set.of("fast", "strong", "gpt-4o");
      case TEAM -> Set.of("research", "support");
      case APP -> Set.of("helpdesk");
      case ORG -> Set.of("acme");
      case GROUP -> Set.of("leads");
      case PROVIDER -> Set.of("openai", "mistral");
      case TARGET -> Set.of("openai/gpt-5", "mistral/mistral-small");
      case REGION -> Set.of("us", "eu");
      case DETECTOR -> Set.of("email", "iban", "aws_access_key", "employee_id");
      case KIND -> Set.of("email", "iban", "aws_access_key", "employee_id", "passport");
      case CLASS -> Set.of("pii", "secret", "internal");
      case SURFACE, LOCATION, PRINCIPAL_KIND, MODALITY ->
          throw new AssertionError("the checker knows these itself");
    };
  }

  @Override
  public Optional<SortedSet<String>> detectorsOf(String name) {
    return switch (name) {
      case "pii" -> Optional.of(new TreeSet<>(Set.of("email", "iban")));
      case "secret" -> Optional.of(new TreeSet<>(Set.of("aws_access_key")));
      case "passport", "internal" -> Optional.of(new TreeSet<>());
      case "email", "iban", "aws_access_key", "employee_id" ->
          Optional.of(new TreeSet<>(Set.of(name)));
      case String other -> Optional.empty();
    };
  }

  @Override
  public Optional<List<String>> list(String name) {
    return switch (name) {
      case "premium" -> Optional.of(List.of("strong", "gpt-4o"));
      case "stale" -> Optional.of(List.of("strong", "gpt-3"));
      case "office" -> Optional.of(List.of("10.0.0.0/8", "2001:db8::/32"));
      case String other -> Optional.empty();
    };
  }

  @Override
  public Set<String> lists() {
    return Set.of("premium", "stale", "office");
  }

  @Override
  public Optional<LetDefinition> let(String name) {
    return Optional.ofNullable(lets.get(name));
  }

  @Override
  public Set<String> lets() {
    return lets.keySet();
  }

  @Override
  public void used(String section, String name) {
    used.add(section + " " + name);
  }
}
