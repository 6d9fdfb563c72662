package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Type;
import java.util.Set;
import java.util.TreeSet;

/// Holds literals that are compared with a nominal against the names that exist.
final class NominalCheck {
  private static final Set<String> PRINCIPAL_KINDS = Set.of("key", "jwt", "mtls", "anonymous");
  private static final Set<String> MODALITIES =
      Set.of("text", "image", "audio", "video", "document", "opaque");

  private final Checking checking;

  NominalCheck(Checking checking) {
    this.checking = checking;
  }

  /// Checks each literal that the expression can be.
  void check(Expression expression, Type.Nominal type) {
    switch (expression) {
      case Expression.Literal(Object value, Type literalType, Span span)
          when value instanceof String name ->
          checkName(name, type, span);
      case Expression.ListLiteral list -> list.elements().forEach(each -> check(each, type));
      case Expression.Conditional conditional -> {
        check(conditional.then(), type);
        check(conditional.otherwise(), type);
      }
      case Expression other -> {}
    }
  }

  private void checkName(String name, Type.Nominal type, Span literal) {
    Set<String> known = known(type);
    checking.names.used(section(type), name);
    Span span = inside(literal);
    if (!known.contains(name)) {
      int count = known.size();
      checking
          .out
          .report(code(type), span, "unknown " + noun(type) + " `" + shown(name) + "`")
          .label(
              "not in `%s` (%d %s)".formatted(section(type), count, count == 1 ? "name" : "names"))
          .suggest(
              span.text().equals(name)
                  ? Spelling.nearest(name, known)
                  : java.util.Optional.empty());
    } else if (type == Type.Nominal.KIND || type == Type.Nominal.CLASS) {
      checking
          .names
          .detectorsOf(name)
          .filter(Set::isEmpty)
          .ifPresent(none -> noDetector(name, span));
    }
  }

  /// Reports that a known kind or class is found by nothing.
  void noDetector(String name, Span span) {
    checking
        .out
        .report(DiagnosticCode.NO_DETECTOR, span, "no loaded detector finds `" + name + "`")
        .help("declare one under `detectors`, or name a kind that a built-in detector finds");
  }

  /// The names of a nominal type.
  Set<String> known(Type.Nominal type) {
    return switch (type) {
      case SURFACE -> {
        Set<String> words = new TreeSet<>();
        for (Surface surface : Surface.values()) {
          words.add(surface.word());
        }
        yield words;
      }
      case LOCATION -> {
        Set<String> words = new TreeSet<>();
        for (Location location : Location.values()) {
          words.add(location.word());
        }
        yield words;
      }
      case PRINCIPAL_KIND -> PRINCIPAL_KINDS;
      case MODALITY -> MODALITIES;
      case MODEL, TEAM, APP, ORG, GROUP, PROVIDER, TARGET, REGION, DETECTOR, KIND, CLASS ->
          checking.names.names(type);
    };
  }

  /// A name as diagnostics show it: one line, not endless.
  static String shown(String name) {
    String cut = name.length() > 60 ? name.substring(0, 60) + "..." : name;
    return cut.replaceAll("\\p{Cntrl}", " ");
  }

  static String noun(Type.Nominal type) {
    return type == Type.Nominal.PRINCIPAL_KIND
        ? "kind of principal"
        : type.word().replace(" name", "");
  }

  /// Where names of that type are declared.
  static String section(Type.Nominal type) {
    return switch (type) {
      case MODEL -> "models";
      case TEAM -> "principals.teams";
      case APP -> "principals.apps";
      case ORG -> "principals.orgs";
      case GROUP -> "principals.groups";
      case PROVIDER -> "providers";
      case TARGET -> "models.targets";
      case REGION -> "providers.region";
      case DETECTOR -> "detectors";
      case KIND -> "kinds";
      case CLASS -> "classes";
      case SURFACE -> "surfaces";
      case LOCATION -> "locations";
      case PRINCIPAL_KIND -> "principal.kind";
      case MODALITY -> "prompt.modalities";
    };
  }

  private static DiagnosticCode code(Type.Nominal type) {
    return switch (type) {
      case MODEL -> DiagnosticCode.UNKNOWN_MODEL;
      case TEAM -> DiagnosticCode.UNKNOWN_TEAM;
      case APP -> DiagnosticCode.UNKNOWN_APP;
      case ORG -> DiagnosticCode.UNKNOWN_ORG;
      case GROUP -> DiagnosticCode.UNKNOWN_GROUP;
      case PROVIDER -> DiagnosticCode.UNKNOWN_PROVIDER;
      case TARGET -> DiagnosticCode.UNKNOWN_TARGET;
      case REGION -> DiagnosticCode.UNKNOWN_REGION;
      case DETECTOR -> DiagnosticCode.UNKNOWN_DETECTOR;
      case KIND -> DiagnosticCode.UNKNOWN_KIND;
      case CLASS -> DiagnosticCode.UNKNOWN_CLASS;
      case SURFACE -> DiagnosticCode.UNKNOWN_SURFACE;
      case LOCATION -> DiagnosticCode.UNKNOWN_LOCATION;
      case PRINCIPAL_KIND -> DiagnosticCode.UNKNOWN_PRINCIPAL_KIND;
      case MODALITY -> DiagnosticCode.UNKNOWN_MODALITY;
    };
  }

  /// A literal's place without its quotes.
  static Span inside(Span literal) {
    String text = literal.text();
    int last = text.length() - 1;
    boolean quoted =
        last > 0
            && (text.charAt(0) == '\'' || text.charAt(0) == '"')
            && text.charAt(last) == text.charAt(0);
    return quoted ? new Span(literal.file(), literal.start() + 1, literal.end() - 1) : literal;
  }
}
