package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of YAML as written: no names resolved, no values converted.
public sealed interface SyntaxNode {
  /// From its first to its last character, quotes, brackets and block headers included.
  Span span();

  /// `key: value` pairs in the order of the text. Keys are unique: the reader reports a second one
  /// and leaves it out.
  ///
  /// @param flow written in braces
  record Mapping(List<Entry> entries, boolean flow, Span span) implements SyntaxNode {
    public Mapping {
      entries = List.copyOf(entries);
    }

    /// The value of a key, or null when the key is absent.
    public @Nullable SyntaxNode find(String key) {
      Entry entry = entry(key);
      return entry == null ? null : entry.value();
    }

    /// The entry of a key, or null when the key is absent.
    public @Nullable Entry entry(String key) {
      for (Entry entry : entries) {
        if (entry.name().equals(key)) {
          return entry;
        }
      }
      return null;
    }
  }

  /// Items in order.
  ///
  /// @param flow written in brackets
  record Sequence(List<SyntaxNode> items, boolean flow, Span span) implements SyntaxNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// A text. `key:` with nothing behind it has an empty plain scalar.
  record Scalar(ScalarText text, Span span) implements SyntaxNode {
    /// The text without quotes, escapes and folding.
    public String value() {
      return text.value();
    }

    /// Whether nothing was written, not even quotes.
    public boolean isEmpty() {
      return span.start() == span.end();
    }
  }

  /// One pair of a mapping.
  record Entry(Scalar key, SyntaxNode value) {
    /// The text of the key.
    public String name() {
      return key.value();
    }

    /// Key and value.
    public Span span() {
      return key.span().to(value.span());
    }
  }
}
