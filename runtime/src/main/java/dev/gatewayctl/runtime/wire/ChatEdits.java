package dev.gatewayctl.runtime.wire;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What is to change in a chat request. Caps only ever lower what the caller asked for, or add what
/// the caller left out.
///
/// @param model the model's name at the target
/// @param includeUsage whether a stream shall report usage
/// @param maxTokens the cap on output tokens
/// @param maxTokensMember the member that is added when the request has no cap of its own:
///   `max_completion_tokens` or, for providers that know nothing newer, `max_tokens`
/// @param temperatureMin a lower temperature is raised to it
/// @param temperatureMax a higher temperature is lowered to it; so is the protocol's default of 1
/// @param choicesMax the cap on `n`
public record ChatEdits(
    Optional<String> model,
    boolean includeUsage,
    OptionalLong maxTokens,
    String maxTokensMember,
    OptionalDouble temperatureMin,
    OptionalDouble temperatureMax,
    OptionalLong choicesMax,
    List<Mask> masks) {

  /// Nothing changes.
  public static final ChatEdits NONE =
      new ChatEdits(
          Optional.empty(),
          false,
          OptionalLong.empty(),
          "max_completion_tokens",
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          List.of());

  public ChatEdits {
    masks = List.copyOf(masks);
  }

  public ChatEdits withModel(String name) {
    return new ChatEdits(
        Optional.of(name),
        includeUsage,
        maxTokens,
        maxTokensMember,
        temperatureMin,
        temperatureMax,
        choicesMax,
        masks);
  }

  public ChatEdits withIncludeUsage() {
    return new ChatEdits(
        model, true, maxTokens, maxTokensMember, temperatureMin, temperatureMax, choicesMax, masks);
  }

  /// The cap, and the member that is added when the request has none of its own.
  public ChatEdits withMaxTokens(long cap, String addedAs) {
    return new ChatEdits(
        model,
        includeUsage,
        OptionalLong.of(cap),
        addedAs,
        temperatureMin,
        temperatureMax,
        choicesMax,
        masks);
  }

  public ChatEdits withTemperature(OptionalDouble least, OptionalDouble most) {
    return new ChatEdits(
        model, includeUsage, maxTokens, maxTokensMember, least, most, choicesMax, masks);
  }

  public ChatEdits withChoices(long cap) {
    return new ChatEdits(
        model,
        includeUsage,
        maxTokens,
        maxTokensMember,
        temperatureMin,
        temperatureMax,
        OptionalLong.of(cap),
        masks);
  }

  public ChatEdits withMasks(List<Mask> all) {
    return new ChatEdits(
        model,
        includeUsage,
        maxTokens,
        maxTokensMember,
        temperatureMin,
        temperatureMax,
        choicesMax,
        all);
  }
}
