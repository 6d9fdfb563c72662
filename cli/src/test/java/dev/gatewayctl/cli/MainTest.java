package dev.gatewayctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What the entry of the program does when we or the world are wrong.
final class MainTest {
  private static final RandomGenerator BROKEN =
      () -> {
        throw new IllegalStateException("no chance");
      };

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return run(BROKEN, args);
  }

  private int run(RandomGenerator random, String... args) {
    Console console =
        Console.of(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Console.World(
                Map.of(), Path.of(""), false, false, InstantSource.fixed(Instant.EPOCH), random));
    return Main.run(console, args);
  }

  @Test
  void aBugOfOursIsOneLineAndSeventy() {
    assertThat(run("keys", "new")).isEqualTo(70);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "gatewayctl: a bug in gatewayctl: IllegalStateException (--verbose shows the trace)\n");
  }

  @Test
  void theTraceOfABugIsShownWhenAskedFor() {
    assertThat(run("keys", "new", "--verbose")).isEqualTo(70);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("gatewayctl: a bug in gatewayctl: IllegalStateException\n")
        .contains("no chance", "\tat ");
  }

  @Test
  void theVersionNamesWhatIsEmbedded() {
    assertThat(run("version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches("gatewayctl \\S+\nprices [0-9]{4}-[0-9]{2}-[0-9]{2}\njava \\S+\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void theTourTakesAllItsStepsOnARealSocket() {
    assertThat(run(new Random(20261124), "demo", "--once")).isZero();
    String told = out.toString(StandardCharsets.UTF_8);
    assertThat(told)
        .containsSubsequence(
            "1  A plain chat passes untouched",
            "decided       allow, status 200",
            "2  Personal data is masked before it leaves",
            "provider got  I am [EMAIL], card [CARD], IBAN [IBAN]",
            "3  A secret is refused",
            "ok            the provider received nothing",
            "4  A streamed answer is masked",
            "masked        {iban=1}",
            "5  A failing provider is answered by the next",
            "attempts      flaky/large-1 503, steady/large-1 200",
            "6  A request over its limit",
            "ok            by the limit one-trial-a-minute",
            "What just happened");
    assertThat(told.lines().filter(line -> line.startsWith("   ok ")).count()).isEqualTo(19);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aLostResultIsRememberedAndAReaderThatHasSeenEnoughIsNot() {
    Main.Output full = new Main.Output(failing("No space left on device"));
    assertThatThrownBy(() -> full.write('x')).isInstanceOf(IOException.class);
    assertThat(full.lost()).isTrue();
    Main.Output left = new Main.Output(failing("Broken pipe"));
    assertThatThrownBy(() -> left.write(new byte[3], 0, 3)).isInstanceOf(IOException.class);
    assertThat(left.lost()).isFalse();
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(why);
      }
    };
  }
}
