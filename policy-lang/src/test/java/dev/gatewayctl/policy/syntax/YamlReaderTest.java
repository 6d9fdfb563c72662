package dev.gatewayctl.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.golden.Goldens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private final Diagnostics out = new Diagnostics();

  private @Nullable SyntaxNode read(String text) {
    return YamlReader.readAny(SourceFile.of("p", text), out);
  }

  private SyntaxNode.Scalar scalar(String text, String key) {
    SyntaxNode tree = read(text);
    assertThat(out.sorted()).isEmpty();
    assertThat(tree).isInstanceOf(SyntaxNode.Mapping.class);
    SyntaxNode value = tree instanceof SyntaxNode.Mapping mapping ? mapping.find(key) : null;
    if (value instanceof SyntaxNode.Scalar scalar) {
      return scalar;
    }
    throw new AssertionError(key + " holds " + value);
  }

  private void assertPart(String text, String part, String source, String place) {
    ScalarText scalar = scalar(text, "a").text();
    int start = scalar.value().indexOf(part);
    Span span = scalar.span(start, start + part.length());
    assertThat(span.text()).isEqualTo(source);
    assertThat(span).hasToString("p:" + place);
  }

  @Test
  void placesOfPlainText() {
    assertPart("a: one two", "two", "two", "1:8");
    assertPart("a: one\n   two", "two", "two", "2:4");
  }

  @Test
  void placesBehindEscapes() {
    assertPart("a: \"\\u00e9\\n\\\"x\\\" two\"", "two", "two", "1:19");
    assertPart("a: \"\\U0001F980 two\"", "two", "two", "1:16");
    assertPart("a: \"x\\ty\"", "\t", "\\t", "1:6");
    assertPart("a: 'it''s two'", "two", "two", "1:11");
    assertPart("a: 'it''s two'", "'", "''", "1:7");
  }

  @Test
  void placesInBlocks() {
    assertPart("a: |-\n    one\n    two\n", "two", "two", "3:5");
    assertPart("a: |-\n    one\n      two\n", "  two", "  two", "3:5");
    assertPart("a: >-\n    one\n    two\n", "two", "two", "3:5");
    assertPart("a: >-\r\n    one\r\n    two\r\n", "two", "two", "3:5");
  }

  @Test
  void placesBehindAstralCharacters() {
    assertPart("a: \"🦀🦀 two\"", "two", "two", "1:8");
    assertPart("🦀: 🦀\na: x two", "two", "two", "2:6");
  }

  @Test
  void emptyRangesHaveAPlace() {
    ScalarText text = scalar("a: 'x'", "a").text();
    assertThat(text.span(1, 1).start()).isEqualTo(5);
    assertThat(text.span(0, 0).start()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r"})
  void lineEndsMakeNoDifference(String lineEnd) {
    for (Goldens.Case golden : Goldens.of("syntax", ".yaml", ".tree", ".err").cases()) {
      var plain = new Diagnostics();
      var other = new Diagnostics();
      SyntaxNode expected = YamlReader.readAny(SourceFile.of("p", golden.input()), plain);
      String text = golden.input().replace("\n", lineEnd);
      SyntaxNode actual = YamlReader.readAny(SourceFile.of("p", text), other);
      assertThat(actual == null).as(golden.name()).isEqualTo(expected == null);
      if (expected != null && actual != null) {
        assertThat(TreeText.print(actual)).isEqualTo(TreeText.print(expected));
      }
      assertThat(other.sorted())
          .extracting(Diagnostic::code, d -> d.span().toString())
          .isEqualTo(plain.sorted().stream().map(YamlReaderTest::codeAndPlace).toList());
    }
  }

  private static org.assertj.core.groups.Tuple codeAndPlace(Diagnostic diagnostic) {
    return org.assertj.core.api.Assertions.tuple(diagnostic.code(), diagnostic.span().toString());
  }

  @Test
  void byteOrderMarkIsSkipped() {
    SyntaxNode tree = read("\uFEFFa: b\n");
    assertThat(out.sorted()).isEmpty();
    assertThat(tree).isNotNull();
    assertThat(tree == null ? "" : TreeText.print(tree)).contains("plain <b> 1:4-1:5");
  }

  @Test
  void readsUpToFourMebibytes() {
    String most = "a: \"" + "x".repeat(YamlReader.MOST_BYTES - 5) + '"';
    assertThat(scalar(most, "a").value()).hasSize(YamlReader.MOST_BYTES - 5);
    assertThat(read(most + "\n")).isNull();
    assertThat(out.sorted())
        .extracting(Diagnostic::code)
        .containsExactly(DiagnosticCode.FILE_TOO_LARGE);
  }

  @Test
  void countsBytesNotCharacters() {
    assertThat(CharacterCheck.bytes("aé日🦀")).isEqualTo(10);
  }

  @Test
  void findsKeys() {
    SyntaxNode tree = read("a: 1\nb: {c: 2}\n");
    assertThat(tree).isInstanceOf(SyntaxNode.Mapping.class);
    if (tree instanceof SyntaxNode.Mapping mapping) {
      assertThat(mapping.find("b")).isInstanceOf(SyntaxNode.Mapping.class);
      assertThat(mapping.find("x")).isNull();
      assertThat(mapping.entries().getFirst().span().text()).isEqualTo("a: 1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: {",
        "a: [[[",
        "'",
        "\"",
        "- - - -",
        "a: |",
        "a: >5",
        "a:\n\t- b",
        "[",
        "}",
        "a: !",
        "a: &",
        "a: *",
        "? ",
        ": ",
        "- ? -",
        "a: !<x",
        "a: \"\\x1\"",
        "a: \"\\",
        "%",
        "---",
        "...",
        "--- >",
        "a: |-\n\n\n",
        "\uFEFF",
        "\ud800",
        "a: \udc00b",
        "{a: b",
        "a: 'x''",
        "#",
        " #",
        "\r",
        "\u0085"
      })
  void oddEndsGiveATreeOrAnError(String text) {
    SyntaxNode tree = read(text);
    assertThat(tree != null || out.hasErrors()).isTrue();
  }
}
