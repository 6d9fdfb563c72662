package dev.gatewayctl.runtime.wire;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What is to change in a request. Caps only ever lower what the caller asked for, or add what the
/// caller left out.
///
/// @param model the model's name at the target
/// @param includeUsage whether a stream shall report usage
/// @param maxTokens the cap on output tokens
/// @param maxTokensMember the member that is added when the request has no cap of its own:
///   `max_completion_tokens` or, for providers that know nothing newer, `max_tokens`
/// @param temperatureMin a lower temperature is raised to it
/// @param temperatureMax a higher temperature is lowered to it; so is the protocol's default of 1
/// @param choicesMax the cap on `n`
public record RequestEdits(
    Optional<String> model,
    boolean includeUsage,
    OptionalLong maxTokens,
    String maxTokensMember,
    OptionalDouble temperatureMin,
    OptionalDouble temperatureMax,
    OptionalLong choicesMax,
    List<Mask> masks) {

  /// Nothing changes.
  public static final RequestEdits NONE =
      new RequestEdits(
          Optional.empty(),
          false,
          OptionalLong.empty(),
          "max_completion_tokens",
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          List.of());

  public RequestEdits {
    masks = List.copyOf(masks);
  }

  public RequestEdits withModel(String name) {
    return new RequestEdits(
        Optional.of(name),
        includeUsage,
        maxTokens,
        maxTokensMember,
        temperatureMin,
        temperatureMax,
        choicesMax,
        masks);
  }

  public RequestEdits withIncludeUsage() {
    return new RequestEdits(
        model, true, maxTokens, maxTokensMember, temperatureMin, temperatureMax, choicesMax, masks);
  }

  /// The cap, and the member that is added when the request has none of its own.
  public RequestEdits withMaxTokens(long cap, String addedAs) {
    return new RequestEdits(
        model,
        includeUsage,
        OptionalLong.of(cap),
        addedAs,
        temperatureMin,
        temperatureMax,
        choicesMax,
        masks);
  }

  public RequestEdits withTemperature(OptionalDouble least, OptionalDouble most) {
    return new RequestEdits(
        model, includeUsage, maxTokens, maxTokensMember, least, most, choicesMax, masks);
  }

  public RequestEdits withChoices(long cap) {
    return new RequestEdits(
        model,
        includeUsage,
        maxTokens,
        maxTokensMember,
        temperatureMin,
        temperatureMax,
        OptionalLong.of(cap),
        masks);
  }

  public RequestEdits withMasks(List<Mask> all) {
    return new RequestEdits(
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
