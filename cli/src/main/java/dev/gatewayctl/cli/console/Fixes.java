package dev.gatewayctl.cli.console;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Applies the suggestions that diagnostics are certain of.
public final class Fixes {
  private Fixes() {}

  /// The new text of every file that has a suggestion, by the file. Of suggestions that overlap the
  /// first is taken; the rest shows again at the next check.
  public static Map<SourceFile, String> apply(List<Diagnostic> diagnostics) {
    Map<SourceFile, List<Diagnostic.Fix>> byFile = new LinkedHashMap<>();
    for (Diagnostic diagnostic : diagnostics) {
      diagnostic
          .fix()
          .ifPresent(
              fix -> byFile.computeIfAbsent(fix.span().file(), _ -> new ArrayList<>()).add(fix));
    }
    Map<SourceFile, String> texts = new LinkedHashMap<>();
    byFile.forEach((file, fixes) -> texts.put(file, apply(file, fixes)));
    return texts;
  }

  private static String apply(SourceFile file, List<Diagnostic.Fix> fixes) {
    fixes.sort(Comparator.comparingInt(fix -> fix.span().start()));
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (Diagnostic.Fix fix : fixes) {
      if (fix.span().start() >= at) {
        text.append(file.text(), at, fix.span().start()).append(fix.replacement());
        at = fix.span().end();
      }
    }
    return text.append(file.text(), at, file.text().length()).toString();
  }
}
