package dev.gatewayctl.policy;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Files of a test: in a folder, or held in memory.
public final class TestSources {
  private TestSources() {}

  /// The files beside a file and below its folder, by their path from there.
  public static Sources beside(Path root) {
    return name -> {
      Path file = root.resolveSibling(name);
      if (!Files.isRegularFile(file)) {
        return new Sources.Unreadable("no such file");
      }
      try {
        return new Sources.Found(SourceFile.of(name, Files.readString(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /// Texts by name.
  public static Sources texts(Map<String, String> texts) {
    return name -> {
      String text = texts.get(name);
      return text == null
          ? new Sources.Unreadable("no such file")
          : new Sources.Found(SourceFile.of(name, text));
    };
  }

  /// Compiles one text.
  public static Compilation compile(String text) {
    return PolicyCompiler.compile("gateway.yaml", texts(Map.of("gateway.yaml", text)));
  }
}
