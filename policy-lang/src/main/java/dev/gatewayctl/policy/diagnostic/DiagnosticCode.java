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
  CONDITION_NOT_STREAMABLE(ERROR),
  CONFLICTING_KEYS(ERROR),
  CONTENT_IN_TEXT(ERROR),
  CONTRADICTORY_SET(ERROR),
  CONTROL_CHARACTER(ERROR),
  DUPLICATE_ALIAS(ERROR),
  DUPLICATE_KEY(ERROR),
  DUPLICATE_KEY_HASH(ERROR),
  DUPLICATE_NAME(ERROR),
  EFFECT_NOT_IN_PHASE(ERROR),
  EMPTY_VALUE(ERROR),
  EXPRESSION_CAN_ERROR(WARNING),
  EXPRESSION_NEEDS_BLOCK(ERROR),
  EXPRESSION_NEEDS_QUOTES(ERROR),
  EXPRESSION_SYNTAX(ERROR),
  EXPRESSION_TOO_LARGE(ERROR),
  FACT_NOT_IN_PHASE(ERROR),
  FILE_NOT_READABLE(ERROR),
  FILE_TOO_LARGE(ERROR),
  GRANT_WITHOUT_EFFECT(WARNING),
  HEADER_NOT_LOWER_CASE(ERROR),
  INCLUDE_CYCLE(ERROR),
  INCLUDE_OUTSIDE(ERROR),
  INCLUDE_TWICE(ERROR),
  INVALID_ADDRESS(ERROR),
  INVALID_DATE(ERROR),
  INVALID_DURATION(ERROR),
  INVALID_HASH(ERROR),
  INVALID_LITERAL(ERROR),
  INVALID_NAME(ERROR),
  INVALID_NUMBER(ERROR),
  INVALID_PATTERN(ERROR),
  INVALID_REFERENCE(ERROR),
  INVALID_SIZE(ERROR),
  INVALID_TARGET(ERROR),
  INVALID_TIME_ZONE(ERROR),
  INVALID_URL(ERROR),
  KEY_NOT_TEXT(ERROR),
  LET_CYCLE(ERROR),
  LET_WITHOUT_ELSE(ERROR),
  LOOKALIKE_CHARACTER(ERROR),
  MISPLACED_SECTION(ERROR),
  MISSING_KEY(ERROR),
  MISSING_VERSION(ERROR),
  NAME_LOOKS_LIKE_VALUE(WARNING),
  NAME_NOT_USABLE_IN_EXPRESSIONS(ERROR),
  NAME_TAKEN(ERROR),
  NESTED_TOO_DEEP(ERROR),
  NEVER_TRUE(WARNING),
  NOBODY_ALLOWED(ERROR),
  NOT_A_MAPPING(ERROR),
  NOT_UTF8(ERROR),
  NOT_YET_EXECUTED(ERROR),
  NO_DETECTOR(ERROR),
  OPAQUE_PASSES(WARNING),
  OPEN_LISTENER(ERROR),
  OUT_OF_RANGE(ERROR),
  PATTERN_NEEDS_QUOTES(ERROR),
  PATTERN_NOT_LITERAL(ERROR),
  PLAIN_HTTP(WARNING),
  REFERENCE_NOT_ALLOWED(ERROR),
  RULE_WITHOUT_EFFECT(ERROR),
  SECRET_WRITTEN_OUT(WARNING),
  SEVERAL_DOCUMENTS(ERROR),
  TAB_NOT_ALLOWED(ERROR),
  TAG_NOT_ALLOWED(ERROR),
  TEXT_NEEDS_QUOTES(ERROR),
  TOO_MANY_DIAGNOSTICS(NOTE),
  TYPE_MISMATCH(ERROR),
  UNBOUNDED_ON_STREAM(ERROR),
  UNCLOSED_PLACEHOLDER(ERROR),
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
  UNKNOWN_VERSION(ERROR),
  UNKNOWN_WORD(ERROR),
  UNPRICED_MODEL(ERROR),
  UNUSED_NAME(WARNING),
  VALUE_SPLIT_BY_COMMA(ERROR),
  WRONG_ARGUMENTS(ERROR),
  WRONG_SHAPE(ERROR),
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
