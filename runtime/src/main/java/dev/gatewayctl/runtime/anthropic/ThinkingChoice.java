package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How a model is told to think, and the cap on output that goes with it: thoughts are part of the
/// output, and a budget for them must lie below the cap.
///
/// @param maxTokens the cap on output
/// @param type of `thinking`; empty where nothing is said
/// @param budget tokens, where the model is told with a number
/// @param display of thoughts, where it is said
/// @param effort of `output_config`, where it is said
record ThinkingChoice(
    long maxTokens,
    String type,
    OptionalLong budget,
    Optional<String> display,
    Optional<String> effort) {
  private static final String ENABLED = "enabled";
  private static final String ADAPTIVE = "adaptive";
  private static final String NONE = "none";

  /// Budgets up to these are called `low` and `medium` where a model takes no number, and words are
  /// these numbers where it takes no words.
  private static final long LOW = 2_048;

  private static final long MEDIUM = 8_192;
  private static final long HIGH = 16_384;
  private static final long HIGHEST = 32_768;

  /// What is said to a model.
  ///
  /// @param turns as they are written
  static ThinkingChoice of(
      Conversation conversation,
      List<Turn> turns,
      ClaudeModels.Model model,
      Asking asking,
      Losses losses) {
    long cap = cap(conversation, asking);
    Thinking wanted = conversation.thinking().orElse(null);
    if (wanted == null) {
      return silent(cap);
    }
    if (wanted.effort().orElse("").equals(NONE)) {
      return switch (model.thinks()) {
        case NEVER, WITH_BUDGET -> silent(cap);
        case ADAPTIVE ->
            new ThinkingChoice(
                cap, "disabled", OptionalLong.empty(), Optional.empty(), Optional.empty());
        case ALWAYS -> {
          losses.lost("thinking turned off");
          yield silent(cap);
        }
      };
    }
    boolean forced =
        conversation.toolChoice().filter(ThinkingChoice::forces).isPresent()
            && !conversation.tools().isEmpty();
    if (model.thinks() == ClaudeModels.Thinks.NEVER || forced) {
      losses.lost(forced ? "thinking before a forced call" : "thinking");
      return silent(cap);
    }
    Optional<String> effort = effort(wanted, model);
    Optional<String> display = wanted.show().map(show -> show ? "summarized" : "omitted");
    if (model.thinks() == ClaudeModels.Thinks.WITH_BUDGET) {
      boolean known =
          conversation.sampling().maxTokens().isPresent() || asking.maxOutput().isPresent();
      return withBudget(
          wanted, effort, known ? OptionalLong.of(cap) : OptionalLong.empty(), turns, losses);
    }
    if (wanted.budget().isPresent()) {
      losses.lost("budget of tokens for thinking");
    }
    return new ThinkingChoice(cap, ADAPTIVE, OptionalLong.empty(), display, effort);
  }

  private static ThinkingChoice silent(long cap) {
    return new ThinkingChoice(cap, "", OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  private static long cap(Conversation conversation, Asking asking) {
    OptionalLong asked = conversation.sampling().maxTokens();
    OptionalLong most = asking.maxOutput();
    if (asked.isPresent()) {
      return Math.max(1, Math.min(asked.getAsLong(), most.orElse(Long.MAX_VALUE)));
    }
    return most.orElse(ConversationToMessages.DEFAULT_MAX_TOKENS);
  }

  private static boolean forces(ToolChoice choice) {
    return choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
  }

  /// @param cap on output, where anyone says one; else room for an answer is left beside the budget
  private static ThinkingChoice withBudget(
      Thinking wanted, Optional<String> effort, OptionalLong cap, List<Turn> turns, Losses losses) {
    long budget =
        Math.max(
            MessagesRequest.LEAST_THINKING,
            wanted.budget().orElseGet(() -> tokens(wanted.effort().orElse("medium"))));
    long most = cap.orElse(budget + ConversationToMessages.DEFAULT_MAX_TOKENS);
    if (budget >= most) {
      budget = most / 2;
    }
    boolean resumed = !turns.isEmpty() && resumesUnthought(turns);
    if (budget < MessagesRequest.LEAST_THINKING || resumed) {
      losses.lost("thinking");
      long without = cap.orElse(ConversationToMessages.DEFAULT_MAX_TOKENS);
      return new ThinkingChoice(without, "", OptionalLong.empty(), Optional.empty(), effort);
    }
    return new ThinkingChoice(most, ENABLED, OptionalLong.of(budget), Optional.empty(), effort);
  }

  /// Whether results of calls come back to a turn that does not show the thoughts before them: a
  /// model that thinks with a budget refuses to go on thinking there.
  private static boolean resumesUnthought(List<Turn> turns) {
    Turn last = turns.getLast();
    if (turns.size() < 2
        || last.role() != Role.USER
        || !(last.parts().getFirst() instanceof Part.ToolResult)) {
      return false;
    }
    Part first = turns.get(turns.size() - 2).parts().getFirst();
    return !(first instanceof Part.Reasoning || first instanceof Part.HiddenReasoning);
  }

  private static long tokens(String effort) {
    return switch (effort) {
      case "minimal" -> MessagesRequest.LEAST_THINKING;
      case "low" -> LOW;
      case "high" -> HIGH;
      case "xhigh", "max" -> HIGHEST;
      default -> MEDIUM;
    };
  }

  /// The word that the model knows, no higher than wanted words go; empty where it knows none or
  /// none is wanted.
  private static Optional<String> effort(Thinking wanted, ClaudeModels.Model model) {
    if (model.effort().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> word = wanted.effort();
    if (word.isEmpty() && wanted.budget().isPresent()) {
      long budget = wanted.budget().getAsLong();
      word = Optional.of(budget <= LOW ? "low" : budget <= MEDIUM ? "medium" : "high");
    }
    return word.map(
        said ->
            switch (said) {
              case "minimal", "low" -> "low";
              case "medium" -> "medium";
              case "xhigh", "max" -> model.effort().contains(said) ? said : "high";
              default -> "high";
            });
  }

  /// Whether the model will think because of this.
  boolean thinks() {
    return type.equals(ENABLED) || type.equals(ADAPTIVE);
  }

  /// Writes the member `thinking`, if there is anything to say.
  void write(JsonWriter json) {
    if (type.isEmpty()) {
      return;
    }
    json.name("thinking").beginObject().name("type").value(type);
    if (budget.isPresent()) {
      json.name("budget_tokens").value(budget.getAsLong());
    }
    display.ifPresent(word -> json.name("display").value(word));
    json.endObject();
  }
}
