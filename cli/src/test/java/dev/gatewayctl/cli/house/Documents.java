package dev.gatewayctl.cli.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.parser.Parser;

/// The Markdown files of the repository, and what stands in them.
final class Documents {
  private Documents() {}

  /// A fenced block: the word behind the fence, and the text.
  record Block(String language, String text) {}

  /// One file, parsed.
  record Document(
      Path file, String text, List<String> links, List<String> codes, List<Block> blocks) {
    String name() {
      return Sources.ROOT.relativize(file).toString().replace('\\', '/');
    }
  }

  /// Every Markdown file that people read in the repository itself.
  static List<Document> all() {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> top = Files.list(Sources.ROOT);
        Stream<Path> docs = Files.walk(Sources.ROOT.resolve("docs"));
        Stream<Path> examples = Files.walk(Sources.ROOT.resolve("examples"))) {
      Stream.concat(top, Stream.concat(docs, examples))
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().map(Documents::read).toList();
  }

  static Document named(String name) {
    return read(Sources.ROOT.resolve(name));
  }

  private static Document read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> links = new ArrayList<>();
    List<String> codes = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    Parser.builder()
        .build()
        .parse(text)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                links.add(link.getDestination());
                visitChildren(link);
              }

              @Override
              public void visit(Code code) {
                codes.add(code.getLiteral());
              }

              @Override
              public void visit(FencedCodeBlock block) {
                blocks.add(new Block(block.getInfo(), block.getLiteral()));
              }
            });
    return new Document(file, text, links, codes, blocks);
  }
}
