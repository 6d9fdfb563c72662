package dev.gatewayctl.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The budgets of size. Each is held by a ratchet: what is over it stands in [#OVER] with the size
/// it may not outgrow, and leaves the list once it fits.
class SizeTest {
  private static final int FILE_LINES = 600;
  private static final int METHOD_LINES = 60;
  private static final int PARAMETERS = 5;
  private static final int PACKAGE_FILES_LEAST = 3;
  private static final int PACKAGE_FILES_MOST = 25;

  /// What was over budget when the ratchet was set: place to measured size.
  private static final Map<String, Integer> OVER = Map.of();

  @Test
  void filesMethodsParametersAndPackagesFit() throws IOException {
    Map<String, Integer> over = new TreeMap<>();
    Map<Path, Integer> filesOf = new TreeMap<>();
    for (Path file : mainSources()) {
      int lines = Files.readAllLines(file).size();
      note(over, Sources.ROOT.relativize(file) + " lines", lines, FILE_LINES);
      filesOf.merge(file.getParent(), 1, Integer::sum);
    }
    filesOf.forEach(
        (folder, files) -> {
          String place = Sources.ROOT.relativize(folder).toString();
          note(over, place + " files", files, PACKAGE_FILES_MOST);
          boolean root = Files.exists(folder.resolve("../../../../java"));
          if (files < PACKAGE_FILES_LEAST && !root) {
            over.put(place + " files (too few)", files);
          }
        });
    measureMethods(over);
    Map<String, Integer> outgrown = new TreeMap<>(over);
    OVER.forEach(
        (place, most) -> {
          Integer now = outgrown.get(place);
          if (now != null && now <= most) {
            outgrown.remove(place);
          }
        });
    assertThat(outgrown).as("over budget").isEmpty();
    assertThat(over.keySet()).as("listed in OVER although it fits").containsAll(OVER.keySet());
  }

  private static void note(Map<String, Integer> over, String place, int size, int budget) {
    if (size > budget) {
      over.put(place, size);
    }
  }

  private static List<Path> mainSources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : Sources.MODULES) {
      try (Stream<Path> walk = Files.walk(Sources.ROOT.resolve(module).resolve("src/main/java"))) {
        walk.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  private static void measureMethods(Map<String, Integer> over) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> units = manager.getJavaFileObjectsFromPaths(mainSources());
      JavacTask task = (JavacTask) compiler.getTask(null, manager, _ -> {}, null, null, units);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Measure(unit, positions, over).scan(unit, null);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Map<String, Integer> over;
    private @Nullable ClassTree type;

    Measure(CompilationUnitTree unit, SourcePositions positions, Map<String, Integer> over) {
      this.unit = unit;
      this.positions = positions;
      this.over = over;
    }

    @Override
    public @Nullable Void visitClass(ClassTree node, @Nullable Void nothing) {
      ClassTree outer = type;
      type = node;
      super.visitClass(node, null);
      type = outer;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      ClassTree owner = type;
      if (owner != null) {
        String place = place(owner) + "." + method.getName();
        long first = line(positions.getStartPosition(unit, method));
        long last = line(positions.getEndPosition(unit, method));
        note(over, place + " lines", (int) (last - first + 1), METHOD_LINES);
        boolean record =
            owner.getKind() == Tree.Kind.RECORD && method.getName().contentEquals("<init>");
        if (!record) {
          note(over, place + " parameters", method.getParameters().size(), PARAMETERS);
        }
      }
      return super.visitMethod(method, null);
    }

    private String place(ClassTree owner) {
      String file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
      return file + ":" + owner.getSimpleName();
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
