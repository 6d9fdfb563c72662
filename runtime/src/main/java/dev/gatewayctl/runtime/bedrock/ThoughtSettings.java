package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.anthropic.ClaudeModels;
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

/// How a model is told to think, and the cap on output that goes with it. The protocol leaves that
/// to the vendors: Anthropic's models take a budget, which must lie below the cap, or an effort;
/// OpenAI's and Qwen's take an effort. For other models the wish is lost.
///
/// @param maxTokens the cap on output, where there is one
/// @param type of Anthropic's `thinking`; empty where nothing is said
/// @param budget tokens, where the model is told with a number
/// @param effort of `outputConfig`, where it is said
/// @param member of `additionalModelRequestFields` that says `word`; empty where nothing is said
record ThoughtSettings(
    OptionalLong maxTokens,
    String type,
    OptionalLong budget,
    Optional<String> effort,
    String member,
    String word) {
  private static final long LEAST = 1_024;
  private static final long LOW = 2_048;
  private static final long MEDIUM = 8_192;
  private static final long HIGH = 16_384;
  private static final long HIGHEST = 32_768;

  /// Room for the answer beside the thoughts of a caller who says no cap.
  private static final long ROOM = 4_096;

  /// What is said to a model.
  ///
  /// @param turns as they are written
  static ThoughtSettings of(
      Conversation conversation, List<Turn> turns, Asking asking, Losses losses) {
    OptionalLong cap = ConversationToConverse.cap(conversation, asking);
    Thinking wanted = conversation.thinking().orElse(null);
    if (wanted == null) {
      return silent(cap);
    }
    String name = conversation.model();
    String effort = wanted.effort().orElse("");
    if (name.contains("claude")) {
      return claude(conversation, wanted, cap, turns, losses);
    }
    boolean openai = name.contains("gpt-oss");
    if ((!openai && !name.contains("qwen")) || wanted.effort().isEmpty() || effort.equals("none")) {
      if (!effort.equals("none")) {
        losses.lost("thinking");
      }
      return silent(cap);
    }
    String word =
        switch (effort) {
          case "minimal", "low" -> "low";
          case "medium" -> "medium";
          default -> "high";
        };
    return new ThoughtSettings(
        cap,
        "",
        OptionalLong.empty(),
        Optional.empty(),
        openai ? "reasoning_effort" : "reasoning_config",
        word);
  }

  private static ThoughtSettings silent(OptionalLong cap) {
    return claude(cap, "", OptionalLong.empty(), Optional.empty());
  }

  private static ThoughtSettings claude(
      OptionalLong cap, String type, OptionalLong budget, Optional<String> effort) {
    return new ThoughtSettings(cap, type, budget, effort, "", "");
  }

  private static ThoughtSettings claude(
      Conversation conversation,
      Thinking wanted,
      OptionalLong cap,
      List<Turn> turns,
      Losses losses) {
    ClaudeModels.Model model = ClaudeModels.of(conversation.model());
    if (wanted.effort().orElse("").equals("none")) {
      if (model.thinks() == ClaudeModels.Thinks.ALWAYS) {
        losses.lost("thinking turned off");
      }
      boolean said = model.thinks() == ClaudeModels.Thinks.ADAPTIVE;
      return claude(cap, said ? "disabled" : "", OptionalLong.empty(), Optional.empty());
    }
    boolean forced =
        !conversation.tools().isEmpty()
            && conversation.toolChoice().filter(ThoughtSettings::forces).isPresent();
    if (model.thinks() == ClaudeModels.Thinks.NEVER || forced) {
      losses.lost(forced ? "thinking before a forced call" : "thinking");
      return silent(cap);
    }
    if (model.thinks() != ClaudeModels.Thinks.WITH_BUDGET) {
      if (wanted.budget().isPresent()) {
        losses.lost("budget of tokens for thinking");
      }
      return claude(cap, "adaptive", OptionalLong.empty(), effort(wanted, model));
    }
    long budget =
        Math.max(LEAST, wanted.budget().orElseGet(() -> tokens(wanted.effort().orElse("medium"))));
    long most = cap.orElse(budget + ROOM);
    budget = budget < most ? budget : most / 2;
    if (budget < LEAST || resumesUnthought(turns)) {
      losses.lost("thinking");
      return silent(cap);
    }
    return claude(OptionalLong.of(most), "enabled", OptionalLong.of(budget), Optional.empty());
  }

  private static boolean forces(ToolChoice choice) {
    return choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
  }

  private static Optional<String> effort(Thinking wanted, ClaudeModels.Model model) {
    return wanted
        .effort()
        .map(
            said ->
                switch (said) {
                  case "minimal", "low" -> "low";
                  case "medium" -> "medium";
                  case "xhigh", "max" -> model.effort().contains(said) ? said : "high";
                  default -> "high";
                });
  }

  private static long tokens(String effort) {
    return switch (effort) {
      case "minimal" -> LEAST;
      case "low" -> LOW;
      case "high" -> HIGH;
      case "xhigh", "max" -> HIGHEST;
      default -> MEDIUM;
    };
  }

  /// Whether results of calls come back to a turn that does not show the thoughts before them: a
  /// model that thinks with a budget refuses to go on thinking there.
  private static boolean resumesUnthought(List<Turn> turns) {
    if (turns.size() < 2
        || turns.getLast().role() != Role.USER
        || !(turns.getLast().parts().getFirst() instanceof Part.ToolResult)) {
      return false;
    }
    Part first = turns.get(turns.size() - 2).parts().getFirst();
    return !(first instanceof Part.Reasoning || first instanceof Part.HiddenReasoning);
  }

  /// Whether a model of Anthropic's will think because of this.
  boolean thinks() {
    return type.equals("enabled") || type.equals("adaptive");
  }

  /// Whether anything stands in `additionalModelRequestFields`.
  boolean additional() {
    return !type.isEmpty() || !member.isEmpty();
  }

  /// Writes the members of `additionalModelRequestFields`.
  void write(JsonWriter json) {
    if (!member.isEmpty()) {
      json.name(member).value(word);
    }
    if (!type.isEmpty()) {
      json.name("thinking").beginObject().name("type").value(type);
      if (budget.isPresent()) {
        json.name("budget_tokens").value(budget.getAsLong());
      }
      json.endObject();
    }
  }
}
