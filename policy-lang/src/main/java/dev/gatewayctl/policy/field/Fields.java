package dev.gatewayctl.policy.field;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of one mapping while a binder reads them. A member is asked for by name, or known to
/// come in a later version, or unknown: [#close] reports the rest, so that nothing in a policy is
/// ignored.
public final class Fields {
  /// More known keys than this are not listed in a help line.
  private static final int MOST_LISTED = 16;

  /// The sections in which the language allows references.
  private static final Set<String> REFERENCES =
      Set.of("providers", "server", "audit", "principals");

  private final Mapping mapping;
  private final String what;
  private final Diagnostics out;
  private final Scalars scalars;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> later = new LinkedHashSet<>();

  private Fields(Mapping mapping, String what, Diagnostics out) {
    this.mapping = mapping;
    this.what = what;
    this.out = out;
    this.scalars = new Scalars(out);
  }

  /// The members of a node that must be a mapping; null, and reported, when it is none.
  ///
  /// @param what its path in the policy, such as `models.fast`
  public static @Nullable Fields of(SyntaxNode node, String what, Diagnostics out) {
    if (node instanceof Mapping mapping) {
      return new Fields(mapping, what, out);
    }
    wrongShape(node, "a mapping of keys to values", what, out);
    return null;
  }

  /// The place of the whole mapping.
  public Span span() {
    return mapping.span();
  }

  /// Reads single values, for members that [#take] gave.
  public Scalars scalars() {
    return scalars;
  }

  /// All members, in order; they are not thereby asked for.
  public List<Entry> entries() {
    return mapping.entries();
  }

  /// Names keys that a later version executes.
  public Fields later(String... keys) {
    later.addAll(List.of(keys));
    return this;
  }

  /// The value of a key, or null.
  public @Nullable SyntaxNode take(String key) {
    known.add(key);
    return mapping.find(key);
  }

  /// Key and value of a member, or null.
  public @Nullable Entry takeEntry(String key) {
    known.add(key);
    return mapping.entry(key);
  }

  /// The value of a key that must be there; null, and reported, when it is not.
  public @Nullable SyntaxNode require(String key, Span owner, String example) {
    SyntaxNode value = take(key);
    if (value == null) {
      out.report(DiagnosticCode.MISSING_KEY, owner, "`%s` has no `%s`".formatted(what, key))
          .help("write `" + example + "`");
    }
    return value;
  }

  /// The scalar of a key, or null when the key is absent or holds something else.
  public @Nullable Scalar scalar(String key) {
    SyntaxNode value = take(key);
    return value == null ? null : scalar(value, path(key), out);
  }

  /// A text as it stands; empty when the key is absent or holds something else.
  public Optional<Located<String>> text(String key) {
    Scalar scalar = scalar(key);
    return scalar == null
        ? Optional.empty()
        : Optional.of(new Located<>(scalar.value(), scalar.span()));
  }

  /// `true` or `false`.
  public boolean flag(String key, boolean otherwise) {
    Scalar scalar = scalar(key);
    Boolean value = scalar == null ? null : scalars.flag(scalar);
    return value == null ? otherwise : value;
  }

  /// A duration, or the other one when none is written.
  public Duration duration(String key, Duration otherwise) {
    return duration(key).orElse(otherwise);
  }

  /// A duration, longer than nothing.
  public Optional<Duration> duration(String key) {
    Scalar scalar = scalar(key);
    return Optional.ofNullable(scalar == null ? null : scalars.duration(scalar));
  }

  /// A number of bytes, at most `most`, or the other one when none is written.
  public int size(String key, int otherwise, int most) {
    Scalar scalar = scalar(key);
    Integer value = scalar == null ? null : scalars.size(scalar, most);
    return value == null ? otherwise : value;
  }

  /// A whole number between the two, both included.
  public OptionalLong count(String key, long least, long most) {
    Scalar scalar = scalar(key);
    Long value = scalar == null ? null : scalars.count(scalar, least, most);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /// A whole number between the two, both included.
  public OptionalInt smallCount(String key, int least, int most) {
    OptionalLong value = count(key, least, most);
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) value.getAsLong());
  }

  /// A number between the two, both included.
  public OptionalDouble decimal(String key, double least, double most) {
    Scalar scalar = scalar(key);
    Double value = scalar == null ? null : scalars.decimal(scalar, least, most);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /// US dollars as nano-dollars, exactly.
  public OptionalLong nanoDollars(String key) {
    Scalar scalar = scalar(key);
    return scalar == null ? OptionalLong.empty() : scalars.nanoDollars(scalar);
  }

  /// One of the words.
  public Optional<Located<String>> word(String key, Collection<String> words) {
    Scalar scalar = scalar(key);
    String value = scalar == null ? null : scalars.word(scalar, words);
    return value == null || scalar == null
        ? Optional.empty()
        : Optional.of(new Located<>(value, scalar.span()));
  }

  /// A word of which this version executes some only.
  public Optional<Located<String>> word(
      String key, Collection<String> words, Collection<String> later) {
    Scalar scalar = scalar(key);
    if (scalar != null && later.contains(scalar.value())) {
      notYet(scalar.span(), "`%s: %s`".formatted(path(key), scalar.value()), out);
      return Optional.empty();
    }
    return word(key, words);
  }

  /// A text or a list of texts; empty when the key is absent.
  public List<Scalar> scalarsOf(String key) {
    SyntaxNode value = take(key);
    return value == null ? List.of() : scalars(value, path(key), out);
  }

  /// A text or a list of texts, each with its place; empty when the key is absent.
  public List<Located<String>> texts(String key) {
    return scalarsOf(key).stream().map(s -> new Located<>(s.value(), s.span())).toList();
  }

  /// The members of a nested mapping, or null.
  public @Nullable Fields fields(String key) {
    SyntaxNode value = take(key);
    return value == null ? null : of(value, path(key), out);
  }

  /// The members of a nested mapping, or null.
  ///
  /// @param example what to write when it is none
  public @Nullable Fields fields(String key, String example) {
    SyntaxNode value = take(key);
    if (value == null || value instanceof Mapping) {
      return value == null ? null : of(value, path(key), out);
    }
    wrongShape(value, "a mapping of keys to values", path(key), out)
        .ifPresent(draft -> draft.help("write `%s: %s`".formatted(key, example)));
    return null;
  }

  /// Reports that a mapping that has to say something is empty.
  public void nothing(String example) {
    out.report(DiagnosticCode.MISSING_KEY, mapping.span(), "`%s` says nothing".formatted(what))
        .help("write `" + example + "`");
  }

  /// The path of a member in the policy, such as `models.fast.targets`.
  public String path(String key) {
    return what + "." + key;
  }

  /// Reports every member that nobody asked for.
  public void close() {
    for (Entry entry : mapping.entries()) {
      String key = entry.name();
      if (known.contains(key)) {
        continue;
      }
      if (later.contains(key)) {
        notYet(entry.key().span(), "`" + path(key) + "`", out);
      } else {
        unknown(entry);
      }
    }
  }

  private void unknown(Entry entry) {
    Set<String> candidates = new LinkedHashSet<>(known);
    candidates.addAll(later);
    Diagnostics.Draft draft =
        out.report(
            DiagnosticCode.UNKNOWN_KEY,
            entry.key().span(),
            "unknown key `%s` in `%s`".formatted(shown(entry.name()), what));
    Optional<String> nearest = Spelling.nearest(entry.name(), candidates);
    draft.suggest(nearest);
    if (nearest.isEmpty() && known.size() <= MOST_LISTED && !known.isEmpty()) {
      draft.help(
          "known here: " + String.join(", ", known.stream().map(k -> "`" + k + "`").toList()));
    }
  }

  /// A scalar that is no reference; null, and reported, when the node is something else.
  public static @Nullable Scalar scalar(SyntaxNode node, String what, Diagnostics out) {
    if (!(node instanceof Scalar scalar)) {
      wrongShape(node, "one value", what, out);
      return null;
    }
    if (scalar.isEmpty()) {
      return null; // INVARIANT: the reader reported an empty value already
    }
    if (isReference(scalar.value()) && REFERENCES.contains(section(what))) {
      notYet(scalar.span(), "a reference in `" + what + "`", out);
      return null;
    }
    if (isReference(scalar.value())) {
      out.report(
              DiagnosticCode.REFERENCE_NOT_ALLOWED,
              scalar.span(),
              "a reference to the environment cannot stand in `%s`".formatted(what))
          .help(
              "references stand for addresses and credentials of `providers` and for `audit.dir`");
      return null;
    }
    return scalar;
  }

  private static String section(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  /// Whether the text stands for a value of the environment, of a file or of a request.
  public static boolean isReference(String text) {
    return text.startsWith("$env:") || text.startsWith("$file:") || text.startsWith("$header:");
  }

  /// A text or a list of texts.
  public static List<Scalar> scalars(SyntaxNode node, String what, Diagnostics out) {
    if (node instanceof Sequence sequence) {
      List<Scalar> all = new ArrayList<>();
      for (SyntaxNode item : sequence.items()) {
        Scalar scalar = scalar(item, what, out);
        if (scalar != null) {
          all.add(scalar);
        }
      }
      return all;
    }
    if (node instanceof Mapping) {
      wrongShape(node, "a text or a list of texts", what, out);
      return List.of();
    }
    Scalar single = scalar(node, what, out);
    return single == null ? List.of() : List.of(single);
  }

  /// Reports what else a node should be; empty where nothing is written, which the reader reports.
  public static Optional<Diagnostics.Draft> wrongShape(
      SyntaxNode node, String expected, String what, Diagnostics out) {
    if (node instanceof Scalar scalar && scalar.isEmpty()) {
      return Optional.empty();
    }
    String found =
        switch (node) {
          case Mapping m -> "a mapping";
          case Sequence s -> "a list";
          case Scalar s -> "a single value";
        };
    return Optional.of(
        out.report(DiagnosticCode.WRONG_SHAPE, node.span(), "`%s` is %s".formatted(what, found))
            .label("expected " + expected));
  }

  /// Reports a part of the language that this version does not execute.
  public static void notYet(Span span, String what, Diagnostics out) {
    out.report(
            DiagnosticCode.NOT_YET_EXECUTED,
            span,
            what + " is part of the language, but this version does not execute it")
        .help("take it out: a part that is not executed is never silently ignored");
  }

  /// A text of the policy as a message shows it: one line, not long.
  public static String shown(String text) {
    String line = text.replace('\n', ' ');
    return line.length() <= 40 ? line : line.substring(0, 40) + "...";
  }
}
