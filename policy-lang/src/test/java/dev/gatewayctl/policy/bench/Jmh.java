package dev.gatewayctl.policy.bench;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.bytecode.JmhBytecodeGenerator;

/// Runs the benchmarks of a module under JMH: generates what JMH needs out of the compiled classes,
/// compiles it, and hands over. The build itself has no part in it, so that generated code need not
/// pass its checks.
public final class Jmh {
  private Jmh() {}

  /// Arguments: the folder of the module's test classes, then JMH's own, such as a part of a
  /// benchmark's name, or `-h`.
  public static void main(String[] arguments) throws Exception {
    Path classes = Path.of(arguments[0]);
    Path work = Files.createTempDirectory("gatewayctl-jmh");
    Path sources = Files.createDirectories(work.resolve("sources"));
    Path generated = Files.createDirectories(work.resolve("classes"));
    Path own = Files.createDirectories(work.resolve("benchmarks"));
    copyBenchmarks(classes, own);
    String classPath = System.getProperty("java.class.path");
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {own.toUri().toURL()}, Jmh.class.getClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      JmhBytecodeGenerator.main(
          new String[] {own.toString(), sources.toString(), generated.toString(), "reflection"});
    }
    compile(sources, generated, classPath);
    String full = generated + File.pathSeparator + classPath;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                full,
                "org.openjdk.jmh.Main"));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /// Benchmarks only: JMH loads every class that it is given.
  private static void copyBenchmarks(Path classes, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Jmh::isBenchmark).toList()) {
        Path copy = to.resolve(classes.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static boolean isBenchmark(Path file) {
    return file.getFileName().toString().matches("[A-Za-z]+Benchmark(\\$[A-Za-z]+)?\\.class");
  }

  private static void compile(Path sources, Path to, String classPath)
      throws IOException, URISyntaxException {
    List<String> options =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", to.toString(), "-cp", classPath));
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> options.add(file.toString()));
    }
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (result != 0) {
      throw new IllegalStateException("the code that JMH generated does not compile");
    }
  }
}
