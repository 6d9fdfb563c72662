package dev.gatewayctl.runtime.anthropic;

import java.util.List;
import java.util.Locale;

/// What single models of the messages protocol refuse, and how they are told to think. A request
/// that holds what its model refuses gets a 400, even where the value is the default.
///
/// Read off the vendor's migration guides for Claude 4.6 and 4.7 and its page on the API version
/// 2026-10-21, and off recorded refusals. A model of the Claude family that the table does not know
/// counts as one of its newest, any other name as one that takes everything: servers that speak
/// this protocol for other models.
public final class ClaudeModels {
  /// The API version for which this package writes requests.
  public static final String WRITTEN_VERSION = "2023-06-01";

  /// The API version since which sampling parameters are refused for every model.
  public static final String NO_SAMPLING_VERSION = "2026-10-21";

  /// How a model is told to think.
  public enum Thinks {
    /// It cannot.
    NEVER,
    /// With a number of tokens: `{"type":"enabled","budget_tokens":N}`.
    WITH_BUDGET,
    /// As hard as `output_config.effort` says: `{"type":"adaptive"}`.
    ADAPTIVE,
    /// The same, and it cannot be told not to.
    ALWAYS
  }

  /// What is known of the models whose names begin alike.
  ///
  /// @param beginning of the name, from `claude` on
  /// @param refusesSampling whether `temperature`, `top_p` and `top_k` are refused
  /// @param oneSampling whether only one of `temperature` and `top_p` may be there
  /// @param effort the words of `output_config.effort` beyond `low medium high` in rising order,
  ///   `high` where there are none, empty where the member is refused
  /// @param schema whether `output_config.format` is known
  public record Model(
      String beginning,
      boolean refusesSampling,
      boolean oneSampling,
      Thinks thinks,
      String effort,
      boolean schema) {}

  private static final Model NEWEST =
      new Model("claude", true, false, Thinks.ADAPTIVE, "xhigh max", true);
  private static final Model OTHER = new Model("", false, false, Thinks.WITH_BUDGET, "", true);

  /// The first beginning that fits counts.
  private static final List<Model> TABLE =
      List.of(
          new Model("claude-2", false, false, Thinks.NEVER, "", false),
          new Model("claude-instant", false, false, Thinks.NEVER, "", false),
          new Model("claude-3-7", false, false, Thinks.WITH_BUDGET, "", false),
          new Model("claude-3", false, false, Thinks.NEVER, "", false),
          new Model("claude-opus-4-1", false, true, Thinks.WITH_BUDGET, "", true),
          new Model("claude-opus-4-5", false, true, Thinks.WITH_BUDGET, "high", true),
          new Model("claude-opus-4-6", false, true, Thinks.ADAPTIVE, "max", true),
          new Model("claude-opus-4-7", true, false, Thinks.ADAPTIVE, "xhigh max", true),
          new Model("claude-opus-4-8", true, false, Thinks.ADAPTIVE, "xhigh max", true),
          new Model("claude-opus-4", false, false, Thinks.WITH_BUDGET, "", false),
          new Model("claude-sonnet-4-5", false, true, Thinks.WITH_BUDGET, "", true),
          new Model("claude-sonnet-4-6", false, true, Thinks.ADAPTIVE, "max", true),
          new Model("claude-sonnet-4", false, false, Thinks.WITH_BUDGET, "", false),
          new Model("claude-fable", true, false, Thinks.ALWAYS, "xhigh max", true),
          new Model("claude-mythos", true, false, Thinks.ALWAYS, "xhigh max", true),
          new Model("claude-haiku-4-5", false, true, Thinks.WITH_BUDGET, "", true));

  private ClaudeModels() {}

  /// Whether a request to that model in that API version may not hold `temperature`, `top_p` or
  /// `top_k`.
  ///
  /// @param version the value of `anthropic-version`; versions are dates
  public static boolean refusesSampling(String model, String version) {
    return version.compareTo(NO_SAMPLING_VERSION) >= 0 || of(model).refusesSampling();
  }

  /// What is known of a model, whatever a provider puts before its name (`us.anthropic.`).
  public static Model of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("claude");
    if (at < 0) {
      return OTHER;
    }
    String claude = lower.substring(at).replace('.', '-');
    for (Model model : TABLE) {
      if (claude.startsWith(model.beginning())) {
        return model;
      }
    }
    return NEWEST;
  }
}
