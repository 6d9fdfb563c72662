package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.checking.ExpressionChecker;
import dev.gatewayctl.policy.checking.LetDefinition;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import java.util.List;
import java.util.SortedMap;

/// Binds the sections of a policy: syntax in, definitions out.
public final class PolicyBinder {
  private final Binding binding;
  private final SortedMap<String, List<String>> lists;

  private PolicyBinder(Binding binding, SortedMap<String, List<String>> lists) {
    this.binding = binding;
    this.lists = lists;
  }

  /// The typed policy. With errors reported it holds what could be understood and must not be run.
  public static Policy bind(PolicyText text, DetectorCatalog catalog, Diagnostics out) {
    SortedMap<String, List<String>> lists = DetectorBinder.lists(text, out);
    Declarations names = Declarations.gather(text, lists, catalog, out);
    ExpressionChecker checker = ExpressionChecker.of(names, Vocabulary.standard(), out);
    return new PolicyBinder(new Binding(text, names, checker, out), lists).policy();
  }

  private Policy policy() {
    ServerBinder settings = new ServerBinder(binding);
    DetectorBinder detectors = new DetectorBinder(binding);
    LimitBinder limits = new LimitBinder(binding);
    Policy policy =
        new Policy(
            settings.server(),
            new ProviderBinder(binding).bind(),
            new ModelBinder(binding).bind(),
            new PrincipalsBinder(binding, limits).bind(),
            lists,
            detectors.classes(),
            detectors.detectors(),
            limits.bind(),
            new RuleBinder(binding).bind(),
            settings.defaults(),
            settings.audit(),
            new SurfaceBinder(binding).bind());
    unusedLets();
    if (!binding.out().hasErrors()) {
      unused();
    }
    return policy;
  }

  /// A `let` is typed where it is used; one that nothing uses is typed here.
  private void unusedLets() {
    for (String name : binding.names().lets()) {
      if (!binding.names().isUsed("let", name)) {
        binding.names().let(name).ifPresent(this::check);
      }
    }
  }

  private void check(LetDefinition let) {
    switch (let.body()) {
      case LetDefinition.Formula formula ->
          binding.checker().check(formula.text(), null, Scope.POLICY);
      case LetDefinition.Table table -> {
        binding.checker().check(table.by(), null, Scope.POLICY);
        for (LetDefinition.Row row : table.rows()) {
          binding.checker().check(row.value(), null, Scope.POLICY);
        }
        table.otherwise().ifPresent(text -> binding.checker().check(text, null, Scope.POLICY));
      }
    }
  }

  private void unused() {
    Declarations names = binding.names();
    unused("lists", "list", name -> names.isUsed("lists", name));
    unused("let", "`let`", name -> names.isUsed("let", name));
    unused("providers", "provider", name -> names.isUsed("providers", name));
    unused(
        "classes",
        "class",
        name -> names.isUsed("classes", name) || names.isUsed("detectors", name));
  }

  private void unused(String section, String what, java.util.function.Predicate<String> isUsed) {
    for (Entry entry : binding.text().named(section)) {
      if (!isUsed.test(entry.name())) {
        binding
            .out()
            .report(
                DiagnosticCode.UNUSED_NAME,
                entry.key().span(),
                "nothing uses the %s `%s`".formatted(what, entry.name()))
            .help("use it or take it out");
      }
    }
  }
}
