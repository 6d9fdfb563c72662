package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.runtime.offline.OfflineExchange.Question;
import java.util.Arrays;
import java.util.List;

/// What `--surface` names.
final class SurfaceOption {
  private SurfaceOption() {}

  /// The surface of that word; one on which nothing can be asked ends the command.
  static Surface asked(String word) {
    return Surface.of(word).filter(Question::asked).orElseThrow(() -> unknown(word));
  }

  private static CommandFailure unknown(String word) {
    List<String> words =
        Arrays.stream(Surface.values()).filter(Question::asked).map(Surface::word).toList();
    return CommandFailure.usage(
        "nothing can be asked on a surface `%s`; %s"
            .formatted(
                word,
                Spelling.nearest(word, words)
                    .map(near -> "did you mean `" + near + "`?")
                    .orElse("known are " + String.join(", ", words))));
  }
}
