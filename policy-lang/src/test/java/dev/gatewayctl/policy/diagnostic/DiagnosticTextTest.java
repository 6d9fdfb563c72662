package dev.gatewayctl.policy.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosticTextTest {
  private final Diagnostics out = new Diagnostics();

  private static Span span(SourceFile file, String marked) {
    int start = file.text().indexOf(marked);
    return new Span(file, start, start + marked.length());
  }

  private String rendered() {
    return DiagnosticText.render(out.sorted(), false);
  }

  @Test
  void drawsTheFormOfTheLanguage() {
    String text = "\n".repeat(30) + "    when: model.name in ['gpt4-o', 'strong']\n";
    SourceFile file = SourceFile.of("gateway.yaml", text);
    Span at = span(file, "gpt4-o");
    out.error(DiagnosticCode.YAML_SYNTAX, at, "unknown model `gpt4-o`")
        .label("not in `models` (3 models)")
        .help("did you mean `gpt-4o`?")
        .fix(at, "gpt-4o");
    assertThat(rendered())
        .isEqualTo(
            """
            error[yaml-syntax]: unknown model `gpt4-o`
              --> gateway.yaml:31:27
               |
            31 |     when: model.name in ['gpt4-o', 'strong']
               |                           ^^^^^^ not in `models` (3 models)
               = help: did you mean `gpt-4o`?  `check --fix` changes it
            """);
  }

  @Test
  void drawsSeveralPlacesAndFiles() {
    SourceFile one = SourceFile.of("one.yaml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n");
    SourceFile two = SourceFile.of("two.yaml", "a: 7\n");
    out.warning(DiagnosticCode.DUPLICATE_KEY, span(one, "a"), "three places")
        .label(span(one, "c"), "here")
        .label(span(one, "e: 5"), "and here")
        .label(span(two, "a"), "there");
    assertThat(rendered())
        .isEqualTo(
            """
            warning[duplicate-key]: three places
             --> one.yaml:1:1
              |
            1 | a: 1
              | ^
            2 | b: 2
            3 | c: 3
              | - here
            4 | d: 4
            5 | e: 5
              | ---- and here
             ::: two.yaml:1:1
              |
            1 | a: 7
              | - there
            """);
  }

  @Test
  void clipsLongLinesAroundTheMark() {
    SourceFile file = SourceFile.of("p", "x".repeat(500) + "HERE" + "y".repeat(500));
    out.error(DiagnosticCode.YAML_SYNTAX, span(file, "HERE"), "far");
    List<String> lines = rendered().lines().toList();
    assertThat(lines.get(1)).isEqualTo(" --> p:1:501");
    assertThat(lines.get(3))
        .hasSizeLessThan(130)
        .contains("…" + "x".repeat(40) + "HERE")
        .endsWith("y…");
    assertThat(lines.get(4)).isEqualTo("  | " + " ".repeat(41) + "^^^^");
  }

  @Test
  void writesOutWhatATerminalWouldObey() {
    SourceFile file = SourceFile.of("p", "a:\tb\u001b[31m\u202e X");
    out.error(DiagnosticCode.YAML_SYNTAX, span(file, "X"), "an \u001b escape\nhere");
    assertThat(rendered())
        .isEqualTo(
            """
            error[yaml-syntax]: an ␛ escape␊here
             --> p:1:12
              |
            1 | a:→ b␛[31m\\u{202e} X
              |                    ^
            """);
  }

  @Test
  void placesMarksBehindWideAndAstralCharacters() {
    SourceFile file = SourceFile.of("p", "🦀日é: X");
    out.error(DiagnosticCode.YAML_SYNTAX, span(file, "X"), "wide");
    assertThat(rendered()).contains("p:1:6\n").endsWith("  | " + " ".repeat(7) + "^\n");
  }

  @Test
  void showsThePlaceBehindTheEnd() {
    SourceFile file = SourceFile.of("p", "a: b\n");
    out.error(DiagnosticCode.YAML_SYNTAX, new Span(file, 5, 5), "end");
    assertThat(rendered()).endsWith("p:2:1\n  |\n2 |\n  | ^\n");
  }

  @Test
  void coloursOnDemand() {
    SourceFile file = SourceFile.of("p", "a: b\n");
    out.error(DiagnosticCode.YAML_SYNTAX, span(file, "b"), "m").help("h");
    String coloured = DiagnosticText.render(out.sorted(), true);
    assertThat(coloured).contains("\u001b[1;31merror[yaml-syntax]\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(rendered());
  }
}
