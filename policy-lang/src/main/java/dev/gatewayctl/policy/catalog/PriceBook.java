package dev.gatewayctl.policy.catalog;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import dev.gatewayctl.policy.syntax.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What models cost at their vendors, on the day that the book names. Money is nano-dollars per
/// million tokens in a `long`: USD 1.25 per million tokens is 1,250,000,000.
public final class PriceBook {
  private static final String RESOURCE = "prices.yaml";
  private static final int NANO_DIGITS = 9;

  /// USD a million tokens; more is a slip of the pen, and a `long` holds it with room to add up.
  private static final BigDecimal DEAREST = new BigDecimal(1_000_000);

  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,16}(\\.[0-9]{1,18})?");

  private final String version;
  private final Map<String, String> vendorsByHost;
  private final Map<String, String> vendorsByProtocol;
  private final SortedMap<String, Vendor> vendors;

  private PriceBook(
      String version,
      Map<String, String> vendorsByHost,
      Map<String, String> vendorsByProtocol,
      SortedMap<String, Vendor> vendors) {
    this.version = version;
    this.vendorsByHost = vendorsByHost;
    this.vendorsByProtocol = vendorsByProtocol;
    this.vendors = vendors;
  }

  /// The price of one model. A class of tokens without a price of its own has that of the class it
  /// is a part of.
  ///
  /// @param cached input read from the vendor's cache
  /// @param cacheWrite input written to it
  /// @param cacheWrite1h input written to it for an hour
  /// @param reasoning output that the model thinks and does not say
  /// @param maxOutput the most tokens that the model writes in one answer
  /// @param longContext what replaces the prices of an exchange with a long input
  public record Price(
      long input,
      long cached,
      long cacheWrite,
      long cacheWrite1h,
      long output,
      long reasoning,
      OptionalInt maxOutput,
      Optional<LongContext> longContext) {}

  /// Prices of a whole exchange once its input is long.
  ///
  /// @param aboveInput they hold when the input has more tokens than this
  public record LongContext(
      long aboveInput,
      long input,
      long cached,
      long cacheWrite,
      long cacheWrite1h,
      long output,
      long reasoning) {}

  /// A vendor's models.
  ///
  /// @param names every name that stands in the book, by name; also those of snapshots
  /// @param dated endings that name a snapshot at the same price
  private record Vendor(SortedMap<String, Price> names, List<Pattern> dated) {}

  /// The book that comes with this program.
  public static PriceBook embedded() {
    return Embedded.BOOK;
  }

  private static final class Embedded {
    private static final PriceBook BOOK = read(resource());
  }

  /// The day of the book, `YYYY-MM-DD`: the `price_version` of records.
  public String version() {
    return version;
  }

  /// The vendor behind a provider, for [#find].
  ///
  /// @param protocol the word of the policy, such as `anthropic`
  /// @param host of `base_url`, when it is given: then it alone decides
  /// @return empty for another host and for a protocol without a vendor of its own
  public Optional<String> vendor(String protocol, Optional<String> host) {
    return Optional.ofNullable(
        host.isPresent()
            ? vendorsByHost.get(host.get().toLowerCase(Locale.ROOT))
            : vendorsByProtocol.get(protocol));
  }

  /// The price of a model by its exact name, or of the model of which that name is a dated
  /// snapshot.
  public Optional<Price> find(String vendor, String model) {
    Vendor known = vendors.get(vendor);
    if (known == null) {
      return Optional.empty();
    }
    Price exact = known.names().get(model);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (Pattern ending : known.dated()) {
      var matcher = ending.matcher(model);
      if (matcher.matches()) {
        return Optional.ofNullable(known.names().get(matcher.group(1)));
      }
    }
    return Optional.empty();
  }

  /// Every name of every vendor with its price, both sorted.
  public SortedMap<String, SortedMap<String, Price>> all() {
    SortedMap<String, SortedMap<String, Price>> all = new TreeMap<>();
    vendors.forEach((name, vendor) -> all.put(name, new TreeMap<>(vendor.names())));
    return all;
  }

  /// Nano-dollars of a price as people write it, `1.25` or `0.0375`: USD per million tokens,
  /// exactly.
  ///
  /// @return empty unless it is a plain decimal from 0 to a million with at most nine decimals that
  ///   count
  public static OptionalLong nanos(String usd) {
    if (!DECIMAL.matcher(usd).matches()) {
      return OptionalLong.empty();
    }
    BigDecimal amount = new BigDecimal(usd).stripTrailingZeros();
    if (amount.scale() > NANO_DIGITS || amount.compareTo(DEAREST) > 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(amount.scaleByPowerOfTen(NANO_DIGITS).longValueExact());
  }

  /// Reads a book. A mistake in it is ours: an exception that says where.
  static PriceBook read(String text) {
    SourceFile file = SourceFile.of(RESOURCE, text);
    Diagnostics problems = new Diagnostics();
    Mapping root = YamlReader.read(file, problems);
    if (root == null || problems.hasErrors()) {
      throw new IllegalStateException(DiagnosticText.render(problems.sorted(), false));
    }
    return new Reading(file).book(root);
  }

  private static String resource() {
    try (InputStream in = PriceBook.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not in this program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From the syntax to the book.
  private record Reading(SourceFile file) {
    private static final Map<String, String> ENDINGS =
        Map.of(
            "yyyy-mm-dd", "(.+)-20[0-9]{2}-[0-9]{2}-[0-9]{2}",
            "yyyymmdd", "(.+)-20[0-9]{6}",
            "nnn", "(.+)-[0-9]{3}",
            "preview-mm-yyyy", "(.+)-preview-[0-9]{2}-20[0-9]{2}");

    PriceBook book(Mapping root) {
      String version = text(need(root, "price_book"));
      LocalDate.parse(version);
      Map<String, String> byHost = new HashMap<>();
      Map<String, String> byProtocol = new HashMap<>();
      SortedMap<String, Vendor> vendors = new TreeMap<>();
      for (Entry entry : mapping(need(root, "vendors")).entries()) {
        Mapping written = mapping(entry.value());
        for (String host : texts(written, "hosts")) {
          byHost.put(host, entry.name());
        }
        SyntaxNode protocol = written.find("protocol");
        if (protocol != null) {
          byProtocol.put(text(protocol), entry.name());
        }
        vendors.put(entry.name(), vendor(written));
      }
      return new PriceBook(version, Map.copyOf(byHost), Map.copyOf(byProtocol), vendors);
    }

    private Vendor vendor(Mapping written) {
      SortedMap<String, Price> names = new TreeMap<>();
      for (Entry entry : mapping(need(written, "models")).entries()) {
        Mapping model = mapping(entry.value());
        Price price = price(model);
        List<String> all = new ArrayList<>(texts(model, "also"));
        all.add(entry.name());
        for (String name : all) {
          if (names.put(name, price) != null) {
            throw wrong(entry.key(), "`" + name + "` stands here twice");
          }
        }
      }
      List<Pattern> dated = new ArrayList<>();
      for (String form : texts(written, "dated")) {
        String ending = ENDINGS.get(form);
        if (ending == null) {
          throw wrong(written, "no such form of a date: " + form);
        }
        dated.add(Pattern.compile(ending));
      }
      return new Vendor(names, List.copyOf(dated));
    }

    private Price price(Mapping model) {
      SyntaxNode most = model.find("max_output");
      SyntaxNode above = model.find("above");
      LongContext base = rates(mapping(need(model, "price")));
      return new Price(
          base.input(),
          base.cached(),
          base.cacheWrite(),
          base.cacheWrite1h(),
          base.output(),
          base.reasoning(),
          most == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text(most))),
          above == null ? Optional.empty() : Optional.of(rates(mapping(above))));
    }

    private LongContext rates(Mapping written) {
      SyntaxNode above = written.find("input_tokens");
      long input = rate(written, "input", 0);
      long output = rate(written, "output", 0);
      long cacheWrite = rate(written, "cache_write", input);
      need(written, "input");
      need(written, "output");
      return new LongContext(
          above == null ? 0 : Long.parseLong(text(above)),
          input,
          rate(written, "cached", input),
          cacheWrite,
          rate(written, "cache_write_1h", cacheWrite),
          output,
          rate(written, "reasoning", output));
    }

    private long rate(Mapping written, String name, long otherwise) {
      SyntaxNode value = written.find(name);
      return value == null
          ? otherwise
          : nanos(text(value)).orElseThrow(() -> wrong(value, "not a price"));
    }

    private List<String> texts(Mapping written, String name) {
      SyntaxNode value = written.find(name);
      if (value == null) {
        return List.of();
      }
      if (!(value instanceof Sequence sequence)) {
        throw wrong(value, "a list stands here");
      }
      return sequence.items().stream().map(this::text).toList();
    }

    private SyntaxNode need(Mapping written, String name) {
      @Nullable SyntaxNode value = written.find(name);
      if (value == null) {
        throw wrong(written, "`" + name + "` is missing");
      }
      return value;
    }

    private Mapping mapping(SyntaxNode node) {
      if (node instanceof Mapping mapping) {
        return mapping;
      }
      throw wrong(node, "a mapping stands here");
    }

    private String text(SyntaxNode node) {
      if (node instanceof Scalar scalar) {
        return scalar.value();
      }
      throw wrong(node, "a text stands here");
    }

    private IllegalStateException wrong(SyntaxNode node, String why) {
      return new IllegalStateException(
          file.name() + ":" + file.line(node.span().start()) + ": " + why);
    }
  }
}
