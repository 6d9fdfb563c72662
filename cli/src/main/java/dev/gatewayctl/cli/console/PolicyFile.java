package dev.gatewayctl.cli.console;

import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// A policy on disk: its root file and the files beside it.
public final class PolicyFile {
  /// The policy when none is named.
  public static final String DEFAULT = "gateway.yaml";

  private static final int MOST_BYTES = 64 << 20;

  private final Console console;
  private final Path root;
  private final String name;
  private final byte @Nullable [] typed;

  private PolicyFile(Console console, Path root, String name, byte @Nullable [] typed) {
    this.console = console;
    this.root = root;
    this.name = name;
    this.typed = typed;
  }

  /// The same where `-` is standard input, whose includes lie in the current directory.
  public static PolicyFile orInput(Console console, String name) {
    return name.equals("-")
        ? new PolicyFile(console, console.path(name), name, console.readIn(MOST_BYTES))
        : at(console, name);
  }

  /// The policy by the name that the user gave it; fails with exit 3 when it cannot be read.
  public static PolicyFile at(Console console, String name) {
    Path path = console.path(name);
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw CommandFailure.input(
          (Files.exists(path) ? "cannot read the policy `" : "there is no policy `") + name + "`");
    }
    return new PolicyFile(console, path, Path.of(name).normalize().toString(), null);
  }

  public Path folder() {
    Path parent = root.toAbsolutePath().getParent();
    return parent == null ? root.toAbsolutePath() : parent;
  }

  public Path path() {
    return root;
  }

  public String name() {
    return name;
  }

  /// Compiles it.
  public Compilation compile() {
    return PolicyCompiler.compile(name, new FolderSources(this));
  }

  /// Compiles it where it is only an input: diagnostics go to standard error, errors are exit 3.
  public RuleGraph require() {
    return require(ExitCode.INPUT);
  }

  /// The same with the exit code that errors have.
  public RuleGraph require(int exitCode) {
    Compilation compilation = compile();
    if (!compilation.diagnostics().isEmpty()
        && (compilation.graph().isEmpty() || !console.quiet())) {
      console.err().print(DiagnosticText.render(compilation.diagnostics(), console.colourErr()));
      console.err().flush();
    }
    return compilation
        .graph()
        .orElseThrow(
            () -> CommandFailure.of(exitCode, "the policy `" + name + "` does not compile"));
  }

  /// Puts another text into a file in one step, so that a crash leaves the old or the new one.
  public static void replace(Console console, String name, String text) {
    Path file = console.path(name).toAbsolutePath();
    Path parent = file.getParent();
    try {
      Path real = file.toRealPath();
      Path temporary =
          Files.createTempFile(parent == null ? real : parent, ".gatewayctl-", ".yaml");
      Files.writeString(temporary, text);
      Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(real));
      Files.move(
          temporary, real, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw CommandFailure.input("cannot write `" + name + "`");
    }
  }

  /// Reads the files of a policy's folder, and none outside of it.
  private record FolderSources(PolicyFile policy) implements Sources {
    @Override
    public Answer read(String asked) {
      boolean itself = asked.equals(policy.name);
      Path path = policy.console.path(asked);
      try {
        if (itself && policy.typed != null) {
          return new Found(SourceFile.of(asked, decoded(policy.typed)));
        }
        Path real = path.toRealPath();
        if (!itself && !real.startsWith(policy.folder().toRealPath())) {
          return new Unreadable("it lies outside the policy's folder");
        }
        if (Files.size(real) > MOST_BYTES) {
          return new Unreadable("it is longer than " + MOST_BYTES + " bytes");
        }
        return new Found(SourceFile.of(asked, decoded(Files.readAllBytes(real))));
      } catch (NoSuchFileException e) {
        return new Unreadable("no such file");
      } catch (CharacterCodingException e) {
        return new Unreadable("it is not UTF-8");
      } catch (IOException e) {
        return new Unreadable("it cannot be read");
      }
    }

    private static String decoded(byte[] bytes) throws CharacterCodingException {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }
}
