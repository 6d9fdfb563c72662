package dev.gatewayctl.runtime.clients;

import dev.gatewayctl.runtime.gateway.Chat;
import dev.gatewayctl.runtime.gateway.TestProvider;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The provider of the tests: it says the same turn in the protocol in which it is asked, which it
/// tells by the path, whole or as a stream.
final class Vendor {
  /// What the model says.
  ///
  /// @param pieces of its text, one event each
  record Turn(List<String> pieces, List<Call> calls) {
    String text() {
      return String.join("", pieces);
    }
  }

  /// One call of a tool.
  ///
  /// @param arguments JSON
  record Call(String id, String tool, String arguments) {}

  private Vendor() {}

  static TestProvider.Script saying(String... pieces) {
    return turn(new Turn(List.of(pieces), List.of()));
  }

  static TestProvider.Script calling(Call... calls) {
    return turn(new Turn(List.of(), List.of(calls)));
  }

  static TestProvider.Script turn(Turn turn) {
    return (request, peer) -> {
      if (streams(request)) {
        peer.head(200, "x-request-id: req_1\r\nrequest-id: req_1\r\n");
        for (String event : events(turn, request)) {
          peer.chunk(event);
        }
        peer.end();
      } else {
        peer.respond(200, "x-request-id: req_1\r\nrequest-id: req_1\r\n", whole(turn, request));
      }
    };
  }

  /// Answers with a refusal of the vendor, in its own words.
  ///
  /// @param fields header lines that end with CRLF
  static TestProvider.Script failing(int status, String fields) {
    return (request, peer) ->
        peer.respond(
            status,
            "x-request-id: req_1\r\nrequest-id: req_1\r\n" + fields,
            switch (protocol(request)) {
              case CHAT ->
                  "{\"error\":{\"message\":\"no\",\"type\":\"some_error\",\"param\":null,"
                      + "\"code\":\"some_code\"}}";
              case MESSAGES ->
                  "{\"type\":\"error\",\"error\":{\"type\":\"some_error\",\"message\":\"no\"},"
                      + "\"request_id\":\"req_1\"}";
              case GEMINI ->
                  "{\"error\":{\"code\":%d,\"message\":\"no\",\"status\":\"SOME_STATUS\"}}"
                      .formatted(status);
            });
  }

  /// The first of a failing answer, then the turn.
  static TestProvider.Script failingOnce(int status, String fields, TestProvider.Script then) {
    boolean[] failed = {false};
    return (request, peer) -> {
      boolean first = !failed[0];
      failed[0] = true;
      (first ? failing(status, fields) : then).answer(request, peer);
    };
  }

  /// The events of a turn without those that end it.
  static void begin(Turn turn, TestProvider.Received request, TestProvider.Peer peer)
      throws IOException {
    peer.head(200, "");
    List<String> events = events(turn, request);
    int opening = protocol(request) == Protocol.MESSAGES ? 2 : 0;
    for (String event : events.subList(0, opening + turn.pieces().size())) {
      peer.chunk(event);
    }
  }

  private enum Protocol {
    CHAT,
    MESSAGES,
    GEMINI
  }

  private static Protocol protocol(TestProvider.Received request) {
    String line = request.head().lines().findFirst().orElseThrow();
    return line.contains("/messages")
        ? Protocol.MESSAGES
        : line.contains("enerateContent") ? Protocol.GEMINI : Protocol.CHAT;
  }

  private static boolean streams(TestProvider.Received request) {
    return request.head().contains(":streamGenerateContent")
        || request.body().contains("\"stream\":true");
  }

  private static String whole(Turn turn, TestProvider.Received request) {
    return switch (protocol(request)) {
      case CHAT -> chat(turn);
      case MESSAGES -> messages(turn);
      case GEMINI -> gemini(parts(turn), "STOP");
    };
  }

  private static List<String> events(Turn turn, TestProvider.Received request) {
    return switch (protocol(request)) {
      case CHAT -> chatEvents(turn, request.body().contains("include_usage"));
      case MESSAGES -> messagesEvents(turn);
      case GEMINI -> geminiEvents(turn);
    };
  }

  private static String chat(Turn turn) {
    List<String> calls = new ArrayList<>();
    for (Call call : turn.calls()) {
      calls.add(
          "{\"id\":%s,\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}}"
              .formatted(quoted(call.id()), quoted(call.tool()), quoted(call.arguments())));
    }
    return ("{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-x\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":%s,"
            + "\"refusal\":null%s},\"logprobs\":null,\"finish_reason\":\"%s\"}],"
            + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12},"
            + "\"brand_new\":{\"deep\":[1,2]}}")
        .formatted(
            turn.calls().isEmpty() ? quoted(turn.text()) : "null",
            calls.isEmpty() ? "" : ",\"tool_calls\":[" + String.join(",", calls) + "]",
            calls.isEmpty() ? "stop" : "tool_calls");
  }

  private static List<String> chatEvents(Turn turn, boolean usage) {
    List<String> events = new ArrayList<>();
    for (String piece : turn.pieces()) {
      String role = events.isEmpty() ? "\"role\":\"assistant\"," : "";
      events.add(Chat.event(0, role + "\"content\":" + quoted(piece), null));
    }
    for (int i = 0; i < turn.calls().size(); i++) {
      Call call = turn.calls().get(i);
      int half = call.arguments().length() / 2;
      events.add(
          Chat.event(
              0,
              "\"tool_calls\":[{\"index\":%d,\"id\":%s,\"type\":\"function\",\"function\":"
                      .formatted(i, quoted(call.id()))
                  + "{\"name\":%s,\"arguments\":%s}}]"
                      .formatted(quoted(call.tool()), quoted(call.arguments().substring(0, half))),
              null));
      events.add(
          Chat.event(
              0,
              "\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]"
                  .formatted(i, quoted(call.arguments().substring(half))),
              null));
    }
    events.add(Chat.event(0, "", turn.calls().isEmpty() ? "stop" : "tool_calls"));
    if (usage) {
      events.add(
          "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
              + "\"model\":\"gpt-x\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,"
              + "\"completion_tokens\":7,\"total_tokens\":12}}\n\n");
    }
    events.add(TestProvider.DONE);
    return events;
  }

  private static String messages(Turn turn) {
    List<String> blocks = new ArrayList<>();
    if (!turn.pieces().isEmpty()) {
      blocks.add("{\"type\":\"text\",\"text\":" + quoted(turn.text()) + "}");
    }
    for (Call call : turn.calls()) {
      blocks.add(
          "{\"type\":\"tool_use\",\"id\":%s,\"name\":%s,\"input\":%s}"
              .formatted(quoted(call.id()), quoted(call.tool()), call.arguments()));
    }
    return ("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
                + "\"content\":[%s],\"stop_reason\":\"%s\",\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,"
                + "\"cache_creation_input_tokens\":0,\"output_tokens\":7},\"brand_new\":{\"deep\":[1]}}")
        .formatted(String.join(",", blocks), turn.calls().isEmpty() ? "end_turn" : "tool_use");
  }

  private static List<String> messagesEvents(Turn turn) {
    List<String> events = new ArrayList<>();
    events.add(
        event(
            "message_start",
            "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                + "\"model\":\"claude-x\",\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,"
                + "\"cache_read_input_tokens\":2,\"cache_creation_input_tokens\":0,"
                + "\"output_tokens\":1}}"));
    int index = 0;
    if (!turn.pieces().isEmpty()) {
      events.add(block(index, "{\"type\":\"text\",\"text\":\"\"}"));
      for (String piece : turn.pieces()) {
        events.add(delta(index, "{\"type\":\"text_delta\",\"text\":" + quoted(piece) + "}"));
      }
      events.add(event("content_block_stop", "\"index\":" + index++));
    }
    events.add(event("ping", ""));
    for (Call call : turn.calls()) {
      int half = call.arguments().length() / 2;
      events.add(
          block(
              index,
              "{\"type\":\"tool_use\",\"id\":%s,\"name\":%s,\"input\":{}}"
                  .formatted(quoted(call.id()), quoted(call.tool()))));
      for (String part :
          List.of(call.arguments().substring(0, half), call.arguments().substring(half))) {
        events.add(
            delta(index, "{\"type\":\"input_json_delta\",\"partial_json\":" + quoted(part) + "}"));
      }
      events.add(event("content_block_stop", "\"index\":" + index++));
    }
    events.add(
        event(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":7}"
                .formatted(turn.calls().isEmpty() ? "end_turn" : "tool_use")));
    events.add(event("message_stop", ""));
    return events;
  }

  private static String block(int index, String block) {
    return event(
        "content_block_start", "\"index\":%d,\"content_block\":%s".formatted(index, block));
  }

  private static String delta(int index, String delta) {
    return event("content_block_delta", "\"index\":%d,\"delta\":%s".formatted(index, delta));
  }

  /// One event of the messages protocol.
  static String event(String type, String members) {
    return "event: %s\ndata: {\"type\":\"%s\"%s}\n\n"
        .formatted(type, type, members.isEmpty() ? "" : "," + members);
  }

  private static List<String> parts(Turn turn) {
    List<String> parts = new ArrayList<>();
    if (!turn.pieces().isEmpty()) {
      parts.add("{\"text\":" + quoted(turn.text()) + "}");
    }
    for (Call call : turn.calls()) {
      parts.add(
          "{\"functionCall\":{\"name\":%s,\"args\":%s},\"thoughtSignature\":\"c2ln\"}"
              .formatted(quoted(call.tool()), call.arguments()));
    }
    return parts;
  }

  private static String gemini(List<String> parts, String finish) {
    return ("{\"candidates\":[{\"content\":{\"parts\":[%s],\"role\":\"model\"}%s,\"index\":0}],"
            + "\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":7,"
            + "\"totalTokenCount\":12},\"modelVersion\":\"gemini-x\",\"responseId\":\"r1\"}")
        .formatted(
            String.join(",", parts),
            finish.isEmpty() ? "" : ",\"finishReason\":\"" + finish + "\"");
  }

  private static List<String> geminiEvents(Turn turn) {
    List<String> events = new ArrayList<>();
    for (String piece : turn.pieces()) {
      events.add(sse(gemini(List.of("{\"text\":" + quoted(piece) + "}"), "")));
    }
    if (!turn.calls().isEmpty()) {
      events.add(sse(gemini(parts(new Turn(List.of(), turn.calls())), "")));
    }
    events.add(sse(gemini(List.of("{\"text\":\"\"}"), "STOP")));
    return events;
  }

  private static String sse(String json) {
    return "data: " + json + "\r\n\r\n";
  }

  private static String quoted(String text) {
    JsonWriter json = new JsonWriter();
    json.value(text);
    return json.text();
  }
}
