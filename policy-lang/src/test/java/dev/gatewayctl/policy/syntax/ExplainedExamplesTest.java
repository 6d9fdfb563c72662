package dev.gatewayctl.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// The examples on the pages of the reader's diagnostics are what they say: the wrong one gives
/// this diagnostic, the right one none.
class ExplainedExamplesTest {
  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {
        "ALIAS_NOT_ALLOWED",
        "ANCHOR_NOT_ALLOWED",
        "COMMENT_CUTS_VALUE",
        "COMMENT_IN_EXPRESSION",
        "CONTROL_CHARACTER",
        "DUPLICATE_KEY",
        "EMPTY_VALUE",
        "EXPRESSION_NEEDS_BLOCK",
        "EXPRESSION_NEEDS_QUOTES",
        "KEY_NOT_TEXT",
        "LOOKALIKE_CHARACTER",
        "NAME_LOOKS_LIKE_VALUE",
        "NESTED_TOO_DEEP",
        "NOT_A_MAPPING",
        "NOT_UTF8",
        "PATTERN_NEEDS_QUOTES",
        "SEVERAL_DOCUMENTS",
        "TAB_NOT_ALLOWED",
        "TAG_NOT_ALLOWED",
        "TEXT_NEEDS_QUOTES",
        "UNKNOWN_KEY",
        "VALUE_SPLIT_BY_COMMA",
        "YAML_SYNTAX"
      })
  void examplesAreWhatTheySay(DiagnosticCode code) {
    String page = code.explanation();
    assertThat(codes(example(page, "## Wrong"))).isNotEmpty().containsOnly(code);
    assertThat(codes(example(page, "## Right"))).isEmpty();
  }

  private static List<DiagnosticCode> codes(String text) {
    var out = new Diagnostics();
    assertThat(YamlReader.read(SourceFile.of("example", text), out) != null || out.hasErrors())
        .isTrue();
    return out.sorted().stream().map(Diagnostic::code).toList();
  }

  private static String example(String page, String heading) {
    int start = page.indexOf("```yaml\n", page.indexOf(heading)) + "```yaml\n".length();
    return page.substring(start, page.indexOf("```", start));
  }
}
