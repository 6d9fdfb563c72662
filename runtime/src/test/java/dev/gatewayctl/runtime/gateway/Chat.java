package dev.gatewayctl.runtime.gateway;

import org.jspecify.annotations.Nullable;

/// Bodies of the chat protocol, in the shape in which OpenAI writes them.
public final class Chat {
  private Chat() {}

  /// A request of one user message.
  public static String ask(String model, String text) {
    return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
        .formatted(model, text);
  }

  /// The same as a stream.
  public static String askStream(String model, String text) {
    return ("{\"model\":\"%s\",\"stream\":true,\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"%s\"}]}")
        .formatted(model, text);
  }

  /// A whole answer of one choice.
  public static String answer(String text) {
    return ("{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m-1\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
            + "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}")
        .formatted(text);
  }

  /// One event.
  ///
  /// @param delta the members of `delta`
  public static String event(int choice, String delta, @Nullable String finish) {
    return ("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"m-1\",\"choices\":[{\"index\":%d,\"delta\":{%s},\"finish_reason\":%s}]}"
            + "\n\n")
        .formatted(choice, delta, finish == null ? "null" : "\"" + finish + "\"");
  }

  public static String text(String text) {
    return event(0, "\"content\":\"" + text + "\"", null);
  }

  public static String stop() {
    return event(0, "", "stop");
  }
}
