package dev.gatewayctl.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Test results as the XML that build servers read.
public final class JunitXml {
  private record Case(String group, String name, Optional<String> failure) {}

  private final String suite;
  private final List<Case> cases = new ArrayList<>();

  private JunitXml(String suite) {
    this.suite = suite;
  }

  public static JunitXml of(String suite) {
    return new JunitXml(suite);
  }

  public void passed(String group, String name) {
    cases.add(new Case(group, name, Optional.empty()));
  }

  public void failed(String group, String name, String why) {
    cases.add(new Case(group, name, Optional.of(why)));
  }

  public String render() {
    long failures = cases.stream().filter(each -> each.failure().isPresent()).count();
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<testsuites tests=\"").append(cases.size());
    xml.append("\" failures=\"").append(failures).append("\">\n");
    xml.append("  <testsuite name=\"").append(escape(suite));
    xml.append("\" tests=\"").append(cases.size());
    xml.append("\" failures=\"").append(failures).append("\">\n");
    for (Case each : cases) {
      xml.append("    <testcase classname=\"").append(escape(each.group()));
      xml.append("\" name=\"").append(escape(each.name())).append('"');
      if (each.failure().isPresent()) {
        String why = escape(each.failure().get());
        xml.append(">\n      <failure message=\"").append(why).append("\"/>\n");
        xml.append("    </testcase>\n");
      } else {
        xml.append("/>\n");
      }
    }
    return xml.append("  </testsuite>\n</testsuites>\n").toString();
  }

  /// Escapes markup and leaves out what XML cannot hold.
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n', '\r', '\t' -> escaped.append("&#").append(c).append(';');
                default -> {
                  if (c >= ' ' && c != 0xFFFE && c != 0xFFFF) {
                    escaped.appendCodePoint(c);
                  }
                }
              }
            });
    return escaped.toString();
  }
}
