package dev.gatewayctl.policy.diagnostic;

import static dev.gatewayctl.policy.diagnostic.Severity.ERROR;
import static dev.gatewayctl.policy.diagnostic.Severity.NOTE;
import static dev.gatewayctl.policy.diagnostic.Severity.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// What can be wrong with a policy, by its id: kebab words that stay the same from release to
/// release. One line each, in alphabetical order; the severity is the usual one, a place that knows
/// better may say another. Each has a page under `explain/`, named by its id.
public enum DiagnosticCode {
  ABSENT_PASSES(ERROR),
  ALIAS_NOT_ALLOWED(ERROR),
  ALWAYS_TRUE(WARNING),
  ANCHOR_NOT_ALLOWED(ERROR),
  COMMENT_CUTS_VALUE(ERROR),
  COMMENT_IN_EXPRESSION(ERROR),
  CONTENT_IN_TEXT(ERROR),
  CONTROL_CHARACTER(ERROR),
  DUPLICATE_KEY(ERROR),
  EMPTY_VALUE(ERROR),
  EXPRESSION_CAN_ERROR(WARNING),
  EXPRESSION_NEEDS_BLOCK(ERROR),
  EXPRESSION_NEEDS_QUOTES(ERROR),
  EXPRESSION_SYNTAX(ERROR),
  EXPRESSION_TOO_LARGE(ERROR),
  FILE_TOO_LARGE(ERROR),
  HEADER_NOT_LOWER_CASE(ERROR),
  INVALID_LITERAL(ERROR),
  INVALID_PATTERN(ERROR),
  KEY_NOT_TEXT(ERROR),
  LET_CYCLE(ERROR),
  LET_WITHOUT_ELSE(ERROR),
  LOOKALIKE_CHARACTER(ERROR),
  NAME_LOOKS_LIKE_VALUE(WARNING),
  NESTED_TOO_DEEP(ERROR),
  NEVER_TRUE(WARNING),
  NOT_A_MAPPING(ERROR),
  NOT_UTF8(ERROR),
  NOT_YET_EXECUTED(ERROR),
  NO_DETECTOR(ERROR),
  PATTERN_NEEDS_QUOTES(ERROR),
  PATTERN_NOT_LITERAL(ERROR),
  SEVERAL_DOCUMENTS(ERROR),
  TAB_NOT_ALLOWED(ERROR),
  TAG_NOT_ALLOWED(ERROR),
  TEXT_NEEDS_QUOTES(ERROR),
  TOO_MANY_DIAGNOSTICS(NOTE),
  TYPE_MISMATCH(ERROR),
  UNKNOWN_APP(ERROR),
  UNKNOWN_CLASS(ERROR),
  UNKNOWN_DETECTOR(ERROR),
  UNKNOWN_FACT(ERROR),
  UNKNOWN_FINDING(ERROR),
  UNKNOWN_FUNCTION(ERROR),
  UNKNOWN_GROUP(ERROR),
  UNKNOWN_KEY(ERROR),
  UNKNOWN_KIND(ERROR),
  UNKNOWN_LIST(ERROR),
  UNKNOWN_LOCATION(ERROR),
  UNKNOWN_MEMBER(ERROR),
  UNKNOWN_MODALITY(ERROR),
  UNKNOWN_MODEL(ERROR),
  UNKNOWN_ORG(ERROR),
  UNKNOWN_PRINCIPAL_KIND(ERROR),
  UNKNOWN_PROVIDER(ERROR),
  UNKNOWN_REGION(ERROR),
  UNKNOWN_SURFACE(ERROR),
  UNKNOWN_TARGET(ERROR),
  UNKNOWN_TEAM(ERROR),
  VALUE_SPLIT_BY_COMMA(ERROR),
  WRONG_ARGUMENTS(ERROR),
  YAML_SYNTAX(ERROR);

  private final String id;
  private final Severity severity;

  DiagnosticCode(Severity severity) {
    this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.severity = severity;
  }

  /// The id in kebab case, such as `unknown-model`.
  public String id() {
    return id;
  }

  /// How much it weighs unless the place that reports it says otherwise.
  public Severity severity() {
    return severity;
  }

  /// The code of an id, when there is one.
  public static Optional<DiagnosticCode> find(String id) {
    for (DiagnosticCode code : values()) {
      if (code.id.equals(id)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }

  /// The page that explains it, in Markdown.
  ///
  /// @throws IllegalStateException when the page is missing, which a test rules out
  public String explanation() {
    try (InputStream page = DiagnosticCode.class.getResourceAsStream("explain/" + id + ".md")) {
      if (page == null) {
        throw new IllegalStateException("no page explains " + id);
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
