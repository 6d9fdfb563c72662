package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.Scalars;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Binds `surfaces`: which are served, and by which provider where no model says so.
final class SurfaceBinder {
  private final Binding binding;

  SurfaceBinder(Binding binding) {
    this.binding = binding;
  }

  /// What is said of each surface that is named.
  Map<Surface, Policy.Served> bind() {
    Map<Surface, Policy.Served> all = new EnumMap<>(Surface.class);
    for (Entry entry : binding.text().named("surfaces")) {
      Optional<Surface> surface = Surface.of(entry.name());
      if (surface.isEmpty()) {
        Collection<String> words = Stream.of(Surface.values()).map(Surface::word).toList();
        Located<String> name = new Located<>(entry.name(), entry.key().span());
        binding.unknown(DiagnosticCode.UNKNOWN_SURFACE, name, "surfaces", words);
      } else {
        served(entry).ifPresent(said -> all.put(surface.get(), said));
      }
    }
    return all;
  }

  private Optional<Policy.Served> served(Entry entry) {
    if (entry.value() instanceof Scalar scalar) {
      String word = new Scalars(binding.out()).word(scalar, java.util.List.of("on", "off"));
      return word == null
          ? Optional.empty()
          : Optional.of(new Policy.Served(entry.key().span(), word.equals("on"), Optional.empty()));
    }
    Fields fields = binding.fields(entry, "surfaces");
    if (fields == null) {
      return Optional.empty();
    }
    fields.require("provider", entry.key().span(), "provider: openai");
    Optional<Located<String>> provider = fields.text("provider");
    fields.close();
    Collection<String> providers = binding.names().names(Type.Nominal.PROVIDER);
    if (provider.isPresent() && !providers.contains(provider.get().value())) {
      binding.unknown(DiagnosticCode.UNKNOWN_PROVIDER, provider.get(), "providers", providers);
      return Optional.empty();
    }
    provider.ifPresent(name -> binding.names().used("providers", name.value()));
    return Optional.of(new Policy.Served(entry.key().span(), true, provider));
  }
}
