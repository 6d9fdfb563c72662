package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.checking.LetDefinition;
import dev.gatewayctl.policy.checking.Names;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Scalars;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Everything that a policy gives a name to, gathered before anything that may use a name is read:
/// the order of sections and files means nothing. Values are looked at only as far as a name's
/// meaning needs them, and leniently: the binders report what is wrong with them.
final class Declarations implements Names {
  private final DetectorCatalog catalog;
  private final SortedMap<String, List<String>> lists;
  private final Map<Type.Nominal, SortedSet<String>> names = new EnumMap<>(Type.Nominal.class);
  private final SortedMap<String, LetDefinition> lets = new TreeMap<>();
  private final SortedMap<String, String> classOfDetector = new TreeMap<>();
  private final Map<String, List<String>> detectorsInClass = new HashMap<>();
  private final SortedMap<String, List<String>> membersOfClass = new TreeMap<>();

  /// What each name was found to stand for; asked for again by every rule.
  private final Map<String, Optional<SortedSet<String>>> resolved = new HashMap<>();

  private final Set<String> used = new HashSet<>();

  private Declarations(DetectorCatalog catalog, SortedMap<String, List<String>> lists) {
    this.catalog = catalog;
    this.lists = lists;
  }

  /// Gathers the names and reports those that may not stand.
  static Declarations gather(
      PolicyText text,
      SortedMap<String, List<String>> lists,
      DetectorCatalog catalog,
      Diagnostics out) {
    Declarations all = new Declarations(catalog, lists);
    for (Type.Nominal type : Type.Nominal.values()) {
      all.names.put(type, new TreeSet<>());
    }
    Scalars scalars = new Scalars(out);
    Consumer<Scalar> name = scalars::name;
    all.declare(Type.Nominal.ORG, text.principals("orgs"), name);
    all.declare(Type.Nominal.TEAM, text.principals("teams"), name);
    all.declare(Type.Nominal.GROUP, text.principals("groups"), name);
    all.declare(Type.Nominal.APP, text.principals("apps"), name);
    all.declare(Type.Nominal.PROVIDER, text.named("providers"), name);
    text.named("limits").forEach(entry -> name.accept(entry.key()));
    text.named("rules").forEach(entry -> name.accept(entry.key()));
    all.declare(Type.Nominal.MODEL, text.named("models"), scalars::modelName);
    text.named("lists").forEach(entry -> scalars.identifier(entry.key()));
    text.named("providers").forEach(all::region);
    text.named("models").forEach(all::targets);
    all.detectables(text, scalars, out);
    all.lets(text, scalars, out);
    return all;
  }

  private void declare(Type.Nominal type, List<Entry> entries, Consumer<Scalar> fits) {
    for (Entry entry : entries) {
      fits.accept(entry.key());
      of(type).add(entry.name());
    }
  }

  private void region(Entry provider) {
    if (provider.value() instanceof Mapping mapping
        && mapping.find("region") instanceof Scalar region) {
      of(Type.Nominal.REGION).add(region.value());
    }
  }

  private void targets(Entry model) {
    if (model.value() instanceof Mapping mapping
        && mapping.find("targets") instanceof Sequence targets) {
      for (SyntaxNode target : targets.items()) {
        SyntaxNode id = target instanceof Mapping written ? written.find("target") : target;
        if (id instanceof Scalar scalar) {
          of(Type.Nominal.TARGET).add(scalar.value());
        }
      }
    }
  }

  private void detectables(PolicyText text, Scalars scalars, Diagnostics out) {
    of(Type.Nominal.KIND).addAll(catalog.kinds());
    of(Type.Nominal.CLASS).addAll(catalog.classes());
    catalog.all().forEach(detector -> of(Type.Nominal.DETECTOR).add(detector.id()));
    for (Entry entry : text.named("classes")) {
      if (scalars.identifier(entry.key())) {
        free(entry, "class", out);
      }
      membersOfClass.put(entry.name(), words(entry.value()));
    }
    of(Type.Nominal.CLASS).addAll(membersOfClass.keySet());
    for (Entry entry : text.named("detectors")) {
      boolean adjusts = adjustsBuiltIn(entry);
      if (!adjusts && scalars.identifier(entry.key())) {
        free(entry, "detector", out);
      }
      String ofClass = adjusts ? "" : classOf(entry);
      classOfDetector.put(entry.name(), ofClass);
      detectorsInClass.computeIfAbsent(ofClass, c -> new ArrayList<>()).add(entry.name());
      if (!adjusts) {
        of(Type.Nominal.KIND).add(entry.name());
      }
    }
    of(Type.Nominal.DETECTOR).addAll(classOfDetector.keySet());
  }

  private void free(Entry entry, String what, Diagnostics out) {
    String name = entry.name();
    String taken = "";
    if (of(Type.Nominal.KIND).contains(name)) {
      taken = "kind";
    } else if (of(Type.Nominal.CLASS).contains(name)) {
      taken = "class";
    } else if (of(Type.Nominal.DETECTOR).contains(name)) {
      taken = "built-in detector";
    }
    if (!taken.isEmpty()) {
      out.report(
              DiagnosticCode.NAME_TAKEN,
              entry.key().span(),
              "the %s `%s` has the name of a %s".formatted(what, name, taken))
          .help("kinds, classes and detectors have different names; choose another one");
    }
  }

  private void lets(PolicyText text, Scalars scalars, Diagnostics out) {
    Set<String> roots = new HashSet<>();
    for (Fact fact : Vocabulary.standard().facts()) {
      int dot = fact.name().indexOf('.');
      roots.add(dot < 0 ? fact.name() : fact.name().substring(0, dot));
    }
    for (Entry entry : text.named("let")) {
      boolean usable = scalars.identifier(entry.key());
      if (usable && (roots.contains(entry.name()) || detectorsOf(entry.name()).isPresent())) {
        out.report(
                DiagnosticCode.NAME_TAKEN,
                entry.key().span(),
                "the `let` named `%s` has the name of something built in or declared"
                    .formatted(entry.name()))
            .help("choose another name");
      }
      let(entry, out);
    }
  }

  private void let(Entry entry, Diagnostics out) {
    String what = "let." + Fields.shown(entry.name());
    if (!(entry.value() instanceof Mapping)) {
      Scalar formula = Fields.scalar(entry.value(), what, out);
      if (formula != null) {
        lets.put(
            entry.name(),
            new LetDefinition(entry.name(), new LetDefinition.Formula(formula.text())));
      }
      return;
    }
    Fields table = Fields.of(entry.value(), what, out);
    if (table == null) {
      return;
    }
    table.require("by", entry.key().span(), "by: principal.team");
    Scalar by = table.scalar("by");
    Scalar otherwise = table.scalar("else");
    List<LetDefinition.Row> rows = new ArrayList<>();
    for (Entry row : table.entries()) {
      if (!row.name().equals("by") && !row.name().equals("else")) {
        Scalar value = table.scalar(row.name());
        if (value != null) {
          rows.add(new LetDefinition.Row(row.key().text(), value.text()));
        }
      }
    }
    if (by != null) {
      var body =
          new LetDefinition.Table(
              by.text(), rows, Optional.ofNullable(otherwise).map(Scalar::text));
      lets.put(entry.name(), new LetDefinition(entry.name(), body));
    }
  }

  /// Whether an entry of `detectors` changes a built-in detector instead of writing one.
  boolean adjustsBuiltIn(Entry entry) {
    return catalog.find(entry.name()).isPresent()
        && entry.value() instanceof Mapping mapping
        && mapping.find("pattern") == null
        && mapping.find("words") == null
        && mapping.find("topic") == null
        && mapping.find("call") == null;
  }

  private static String classOf(Entry detector) {
    return detector.value() instanceof Mapping mapping
            && mapping.find("class") instanceof Scalar name
        ? name.value()
        : "";
  }

  private static List<String> words(SyntaxNode node) {
    return node instanceof Sequence sequence
        ? sequence.items().stream()
            .filter(Scalar.class::isInstance)
            .map(item -> ((Scalar) item).value())
            .toList()
        : List.of();
  }

  private SortedSet<String> of(Type.Nominal type) {
    return names.computeIfAbsent(type, t -> new TreeSet<>());
  }

  @Override
  public SortedSet<String> names(Type.Nominal type) {
    return Collections.unmodifiableSortedSet(of(type));
  }

  @Override
  public Optional<SortedSet<String>> detectorsOf(String name) {
    return resolved.computeIfAbsent(name, this::resolve);
  }

  /// A class may hold classes, also itself: each is gone through once.
  private Optional<SortedSet<String>> resolve(String name) {
    if (!isDeclared(name) && catalog.detectorsOf(name).isEmpty()) {
      return Optional.empty();
    }
    SortedSet<String> ids = new TreeSet<>();
    Set<String> seen = new HashSet<>(Set.of(name));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String next = open.pop();
      catalog.detectorsOf(next).ifPresent(found -> ids.addAll(found));
      if (classOfDetector.containsKey(next)) {
        ids.add(next);
      }
      ids.addAll(detectorsInClass.getOrDefault(next, List.of()));
      membersOfClass.getOrDefault(next, List.of()).stream().filter(seen::add).forEach(open::push);
    }
    return Optional.of(Collections.unmodifiableSortedSet(ids));
  }

  private boolean isDeclared(String name) {
    return classOfDetector.containsKey(name) || membersOfClass.containsKey(name);
  }

  /// Every name that stands for detectors: kinds, classes and detectors.
  SortedSet<String> detectables() {
    SortedSet<String> all = new TreeSet<>(of(Type.Nominal.KIND));
    all.addAll(of(Type.Nominal.CLASS));
    all.addAll(of(Type.Nominal.DETECTOR));
    return all;
  }

  /// The policy's own classes with the detectors in them.
  SortedMap<String, SortedSet<String>> classes() {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    for (String name : membersOfClass.keySet()) {
      all.put(name, detectorsOf(name).orElseGet(TreeSet::new));
    }
    return all;
  }

  @Override
  public Optional<List<String>> list(String name) {
    return Optional.ofNullable(lists.get(name));
  }

  @Override
  public Set<String> lists() {
    return lists.keySet();
  }

  @Override
  public Optional<LetDefinition> let(String name) {
    return Optional.ofNullable(lets.get(name));
  }

  @Override
  public Set<String> lets() {
    return Collections.unmodifiableSet(lets.keySet());
  }

  @Override
  public void used(String section, String name) {
    used.add(section + "." + name);
  }

  /// Whether something names it, counted while the binders run.
  boolean isUsed(String section, String name) {
    return used.contains(section + "." + name);
  }
}
