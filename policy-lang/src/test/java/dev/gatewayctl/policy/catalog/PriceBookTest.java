package dev.gatewayctl.policy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.policy.catalog.PriceBook.Price;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PriceBookTest {
  private final PriceBook book = PriceBook.embedded();

  private Price price(String vendor, String model) {
    return book.find(vendor, model).orElseThrow();
  }

  @Test
  void everyPriceIsPlausible() {
    assertThat(LocalDate.parse(book.version())).isAfter("2026-07-01");
    assertThat(book.all().keySet())
        .contains("openai", "anthropic", "google", "mistral", "deepseek", "groq");
    book.all()
        .forEach(
            (vendor, models) ->
                models.forEach(
                    (model, price) -> {
                      String name = vendor + "/" + model;
                      assertThat(price.input()).as(name).isBetween(10_000_000L, 200_000_000_000L);
                      assertThat(price.cached()).as(name).isLessThanOrEqualTo(price.input());
                      assertThat(price.cacheWrite()).as(name).isGreaterThanOrEqualTo(price.input());
                      assertThat(price.cacheWrite1h())
                          .as(name)
                          .isGreaterThanOrEqualTo(price.cacheWrite());
                      assertThat(price.output())
                          .as(name)
                          .satisfiesAnyOf(
                              output -> assertThat(output).isZero(),
                              output -> assertThat(output).isGreaterThanOrEqualTo(price.input()));
                      assertThat(price.reasoning()).as(name).isEqualTo(price.output());
                      price
                          .longContext()
                          .ifPresent(
                              longer -> {
                                assertThat(longer.aboveInput()).as(name).isGreaterThan(100_000);
                                assertThat(longer.input()).as(name).isGreaterThan(price.input());
                                assertThat(longer.output()).as(name).isGreaterThan(price.output());
                              });
                    }));
    assertThat(book.all().values().stream().mapToInt(models -> models.size()).sum())
        .isGreaterThan(100);
  }

  @Test
  void readsPricesExactly() {
    Price mini = price("openai", "gpt-5-mini");
    assertThat(mini.input()).isEqualTo(250_000_000);
    assertThat(mini.cached()).isEqualTo(25_000_000);
    assertThat(mini.output()).isEqualTo(2_000_000_000);
    assertThat(mini.cacheWrite()).isEqualTo(mini.input());
    assertThat(mini.maxOutput()).isEqualTo(OptionalInt.of(128_000));
    Price sonnet = price("anthropic", "claude-sonnet-5");
    assertThat(sonnet.cacheWrite()).isEqualTo(2_500_000_000L);
    assertThat(sonnet.cacheWrite1h()).isEqualTo(4_000_000_000L);
    Price pro = price("google", "gemini-2.5-pro");
    assertThat(pro.longContext().orElseThrow().aboveInput()).isEqualTo(200_000);
    assertThat(pro.longContext().orElseThrow().output()).isEqualTo(15_000_000_000L);
    assertThat(price("openai", "text-embedding-3-small").output()).isZero();
  }

  @Test
  void findsSnapshotsOfAModel() {
    assertThat(price("openai", "gpt-5-mini-2025-08-07")).isEqualTo(price("openai", "gpt-5-mini"));
    assertThat(price("anthropic", "claude-sonnet-4-5-20250929"))
        .isEqualTo(price("anthropic", "claude-sonnet-4-5"));
    assertThat(price("anthropic", "claude-sonnet-4-20250514"))
        .isEqualTo(price("anthropic", "claude-sonnet-4-0"));
    assertThat(price("google", "gemini-2.0-flash-001"))
        .isEqualTo(price("google", "gemini-2.0-flash"));
    assertThat(price("mistral", "mistral-small").input()).isEqualTo(150_000_000);
    assertThat(price("openai", "gpt-4o-2024-05-13").input()).isEqualTo(5_000_000_000L);
    assertThat(price("openai", "gpt-4o-2024-08-06").input()).isEqualTo(2_500_000_000L);
  }

  @Test
  void findsNothingElse() {
    assertThat(book.find("openai", "gpt-5-mini-turbo")).isEmpty();
    assertThat(book.find("openai", "GPT-5")).isEmpty();
    assertThat(book.find("openai", "gpt-5-2025-08")).isEmpty();
    assertThat(book.find("openai", "claude-sonnet-5")).isEmpty();
    assertThat(book.find("nobody", "gpt-5")).isEmpty();
  }

  @Test
  void namesTheVendorByHostElseByProtocol() {
    assertThat(book.vendor("openai", Optional.empty())).contains("openai");
    assertThat(book.vendor("gemini", Optional.empty())).contains("google");
    assertThat(book.vendor("openai", Optional.of("API.Mistral.ai"))).contains("mistral");
    assertThat(book.vendor("openai", Optional.of("llm.internal"))).isEmpty();
    assertThat(book.vendor("script", Optional.empty())).isEmpty();
  }

  @Test
  void takesDecimalsExactlyOrNotAtAll() {
    assertThat(PriceBook.nanos("1.25")).isEqualTo(OptionalLong.of(1_250_000_000));
    assertThat(PriceBook.nanos("0.000000001")).isEqualTo(OptionalLong.of(1));
    assertThat(PriceBook.nanos("0.1000000000")).isEqualTo(OptionalLong.of(100_000_000));
    assertThat(PriceBook.nanos("1000000")).isEqualTo(OptionalLong.of(1_000_000_000_000_000L));
    for (String wrong :
        new String[] {"", "-1", "1e3", ".5", "1.", "0.0000000001", "1000000.1", "1,5", "NaN"}) {
      assertThat(PriceBook.nanos(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void aMistakeInABookIsSaidWithItsLine() {
    assertThatThrownBy(
            () ->
                PriceBook.read(
                    """
                    price_book: 2026-01-01
                    vendors:
                      acme:
                        hosts: [api.acme.example]
                        models:
                          one:
                            price: { input: 1.00 }
                    """))
        .hasMessageContaining("prices.yaml:7")
        .hasMessageContaining("`output` is missing");
  }
}
