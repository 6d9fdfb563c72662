package dev.gatewayctl.runtime.conversation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a caller asks of a model.
///
/// @param model as the target calls it
/// @param stream whether the answer shall be a stream
/// @param system instructions, one part for each block that the caller wrote
/// @param turns in order; neighbours of one role are allowed, writers unite them where needed
/// @param format how the answer shall be spelled, where the caller says so
/// @param metadata what the caller says about the request, values as text
public record Conversation(
    String model,
    boolean stream,
    List<Part.Text> system,
    List<Turn> turns,
    List<Tool> tools,
    Optional<ToolChoice> toolChoice,
    Sampling sampling,
    Optional<OutputFormat> format,
    Optional<Thinking> thinking,
    Optional<String> user,
    Map<String, String> metadata) {

  public Conversation {
    system = List.copyOf(system);
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    metadata = Map.copyOf(metadata);
  }

  /// Who speaks.
  public enum Role {
    USER,
    ASSISTANT
  }

  /// What one side said. Results of tools stand in turns of the user.
  public record Turn(Role role, List<Part> parts) {
    public Turn {
      parts = List.copyOf(parts);
    }
  }

  /// A tool that the model may call.
  ///
  /// @param schema of its arguments; empty: none
  public record Tool(
      String name,
      Optional<String> description,
      Optional<RawJson> schema,
      Optional<Boolean> strict,
      Optional<Part.CacheMark> cache) {}

  /// Which tools the model may or must call.
  public sealed interface ToolChoice {
    /// It decides.
    record Auto() implements ToolChoice {}

    /// None.
    record None() implements ToolChoice {}

    /// At least one.
    record Required() implements ToolChoice {}

    /// This one.
    record Named(String name) implements ToolChoice {}
  }

  /// How the model writes. Numbers stay as the caller spelled them.
  ///
  /// @param maxTokens the most output tokens per choice
  /// @param choices how many answers; empty: one
  /// @param parallelCalls whether several tools may be called at once
  public record Sampling(
      OptionalLong maxTokens,
      Optional<String> temperature,
      Optional<String> topP,
      Optional<String> topK,
      Optional<String> presencePenalty,
      Optional<String> frequencyPenalty,
      Optional<String> seed,
      List<String> stop,
      OptionalLong choices,
      Optional<Boolean> parallelCalls) {
    public Sampling {
      stop = List.copyOf(stop);
    }
  }

  /// How the answer shall be spelled.
  public sealed interface OutputFormat {
    /// Any JSON object.
    record AnyJson() implements OutputFormat {}

    /// JSON by a schema.
    ///
    /// @param name of the schema; protocols without names ignore it
    record Schema(String name, RawJson schema, Optional<Boolean> strict) implements OutputFormat {}
  }

  /// How hard the model shall think.
  ///
  /// @param effort `none minimal low medium high xhigh max`, where it is said
  /// @param budget tokens, where they are said
  /// @param show whether the thoughts shall be told, where it is said
  public record Thinking(Optional<String> effort, OptionalLong budget, Optional<Boolean> show) {}

  /// Sizes only: conversations are callers' content.
  @Override
  public String toString() {
    return "Conversation(" + turns.size() + " turns)";
  }
}
