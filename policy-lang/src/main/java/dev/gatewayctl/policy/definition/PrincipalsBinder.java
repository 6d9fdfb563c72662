package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.definition.Policy.Limit.Party;
import dev.gatewayctl.policy.definition.PrincipalsDefinition.App;
import dev.gatewayctl.policy.definition.PrincipalsDefinition.Grant;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Binds `principals`: orgs, teams, groups, apps and their keys. The limits that stand under them
/// are gathered on the way.
final class PrincipalsBinder {
  private static final int SHORT_HASH = 8;

  private final Binding binding;
  private final LimitBinder limits;
  private final Map<String, Span> hashes = new HashMap<>();

  PrincipalsBinder(Binding binding, LimitBinder limits) {
    this.binding = binding;
    this.limits = limits;
  }

  Optional<PrincipalsDefinition> bind() {
    List<Entry> sections = binding.text().principals();
    if (sections.isEmpty()) {
      return Optional.empty();
    }
    for (Entry section : sections) {
      Fields fields = Fields.of(section.value(), "principals", binding.out());
      if (fields != null) {
        fields.later("jwt", "mtls");
        List.of("orgs", "teams", "groups", "apps").forEach(fields::take);
        fields.close();
      }
    }
    return Optional.of(
        new PrincipalsDefinition(
            sections.getFirst().key().span(),
            parties(Party.ORGS),
            parties(Party.TEAMS),
            parties(Party.GROUPS),
            apps()));
  }

  private SortedMap<String, PrincipalsDefinition.Party> parties(Party party) {
    String section = party.name().toLowerCase(Locale.ROOT);
    SortedMap<String, PrincipalsDefinition.Party> all = new TreeMap<>();
    for (Entry entry : binding.text().principals(section)) {
      Fields fields = binding.fields(entry, "principals." + section);
      if (fields == null) {
        continue;
      }
      fields.later("budget");
      Optional<Located<String>> org =
          party == Party.TEAMS
              ? member(fields, "org", Type.Nominal.ORG, DiagnosticCode.UNKNOWN_ORG)
              : Optional.empty();
      Optional<Grant> models = grant(fields);
      limits.under(fields, party, entry.name());
      fields.close();
      all.put(
          entry.name(),
          new PrincipalsDefinition.Party(
              new Located<>(entry.name(), entry.key().span()), org, models));
    }
    return all;
  }

  private SortedMap<String, App> apps() {
    SortedMap<String, App> all = new TreeMap<>();
    for (Entry entry : binding.text().principals("apps")) {
      Fields fields = binding.fields(entry, "principals.apps");
      if (fields == null) {
        continue;
      }
      fields.later("budget");
      List<Located<String>> groups = new ArrayList<>();
      for (Located<String> group : fields.texts("groups")) {
        if (declared(group, Type.Nominal.GROUP, DiagnosticCode.UNKNOWN_GROUP)) {
          groups.add(group);
        }
      }
      App app =
          new App(
              new Located<>(entry.name(), entry.key().span()),
              member(fields, "team", Type.Nominal.TEAM, DiagnosticCode.UNKNOWN_TEAM),
              member(fields, "org", Type.Nominal.ORG, DiagnosticCode.UNKNOWN_ORG),
              groups,
              grant(fields),
              keys(fields),
              signing(fields, entry.key().span()));
      limits.under(fields, Party.APPS, entry.name());
      fields.close();
      all.put(entry.name(), app);
    }
    return all;
  }

  private Optional<PrincipalsDefinition.Signing> signing(Fields owner, Span at) {
    Fields fields = owner.fields("sigv4");
    if (fields == null) {
      return Optional.empty();
    }
    SettingText id = binding.setting(fields.require("id", at, "id: AKIA..."), fields.path("id"));
    SyntaxNode written = fields.require("secret", at, "secret: $env:APP_SECRET");
    if (written instanceof Scalar scalar && !Fields.isReference(scalar.value())) {
      scalar.span().hide();
    }
    SettingText secret = binding.setting(written, fields.path("secret"));
    fields.close();
    return id == null || secret == null
        ? Optional.empty()
        : Optional.of(new PrincipalsDefinition.Signing(id, secret));
  }

  private Optional<Located<String>> member(
      Fields fields, String key, Type.Nominal type, DiagnosticCode code) {
    return fields.text(key).filter(name -> declared(name, type, code));
  }

  private boolean declared(Located<String> name, Type.Nominal type, DiagnosticCode code) {
    Collection<String> names = binding.names().names(type);
    if (names.contains(name.value())) {
      return true;
    }
    String section =
        type == Type.Nominal.MODEL
            ? "models"
            : "principals.%ss".formatted(type.word().split(" ", 2)[0]);
    binding.unknown(code, name, section, names);
    return false;
  }

  private Optional<Grant> grant(Fields fields) {
    Entry entry = fields.takeEntry("models");
    if (entry == null) {
      return Optional.empty();
    }
    List<Located<String>> models = new ArrayList<>();
    for (Located<String> model : fields.texts("models")) {
      if (declared(model, Type.Nominal.MODEL, DiagnosticCode.UNKNOWN_MODEL)) {
        models.add(model);
      }
    }
    return Optional.of(new Grant(entry.key().span(), models));
  }

  private List<PrincipalsDefinition.Key> keys(Fields fields) {
    SyntaxNode node = fields.take("keys");
    List<PrincipalsDefinition.Key> keys = new ArrayList<>();
    if (node instanceof Sequence || node instanceof Scalar) {
      for (Scalar scalar : fields.scalarsOf("keys")) {
        String hash = fields.scalars().hash(scalar);
        if (hash != null) {
          Located<String> sha256 = new Located<>(hash, scalar.span());
          String name = hash.substring(0, SHORT_HASH);
          keys.add(
              unique(
                  new PrincipalsDefinition.Key(name, sha256, Optional.empty(), Optional.empty())));
        }
      }
    } else if (node != null) {
      Fields named = fields.fields("keys");
      for (Entry entry : named == null ? List.<Entry>of() : named.entries()) {
        PrincipalsDefinition.Key key =
            fields.scalars().name(entry.key()) ? key(entry, fields.path("keys")) : null;
        if (key != null) {
          keys.add(unique(key));
        }
      }
    }
    return keys;
  }

  private PrincipalsDefinition.@Nullable Key key(Entry entry, String section) {
    Fields fields = binding.fields(entry, section);
    if (fields == null) {
      return null;
    }
    fields.require("sha256", entry.key().span(), "sha256: HEX");
    Scalar scalar = fields.scalar("sha256");
    String hash = scalar == null ? null : fields.scalars().hash(scalar);
    Scalar fromText = fields.scalar("from");
    Scalar untilText = fields.scalar("until");
    LocalDate from = fromText == null ? null : fields.scalars().date(fromText);
    LocalDate until = untilText == null ? null : fields.scalars().date(untilText);
    fields.close();
    if (from != null && until != null && untilText != null && until.isBefore(from)) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              untilText.span(),
              "the key `%s` never holds: `until` is before `from`".formatted(entry.name()));
    }
    return hash == null || scalar == null
        ? null
        : new PrincipalsDefinition.Key(
            entry.name(),
            new Located<>(hash, scalar.span()),
            Optional.ofNullable(from),
            Optional.ofNullable(until));
  }

  private PrincipalsDefinition.Key unique(PrincipalsDefinition.Key key) {
    Span first = hashes.putIfAbsent(key.sha256().value(), key.sha256().span());
    if (first != null) {
      binding
          .out()
          .report(
              DiagnosticCode.DUPLICATE_KEY_HASH,
              key.sha256().span(),
              "the same key stands twice: it could not tell who is calling")
          .label(first, "first here");
    }
    return key;
  }
}
