package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one message of a caller: a request, a notification, or an answer to what the server asked.
/// Strict: what two readers could take for different messages is refused.
final class McpReading {
  static final int PARSE_ERROR = -32700;
  static final int INVALID_REQUEST = -32600;
  static final int INVALID_PARAMS = -32602;
  static final int HEADER_MISMATCH = -32020;
  static final int UNSUPPORTED_VERSION = -32022;

  private static final String VERSION_OF_META = "io.modelcontextprotocol/protocolVersion";

  /// The parameter that `Mcp-Name` repeats, by method.
  private static final Map<String, String> NAMED =
      Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");

  private final McpHead head;
  private final RequestContent content = new RequestContent();
  private int code = INVALID_REQUEST;
  private Optional<String> id = Optional.empty();

  McpReading(McpHead head) {
    this.head = head;
  }

  /// The error of JSON-RPC that says what is wrong with what was refused.
  int code() {
    return code;
  }

  /// The id of what was read, as far as it is known.
  Optional<String> id() {
    return id;
  }

  RequestBody.Reading read(byte[] body) {
    Optional<String> version = head.version().filter(said -> !McpHead.VERSIONS.contains(said));
    if (version.isPresent()) {
      code = UNSUPPORTED_VERSION;
      return new RequestBody.Reading.Refused(
          "the version of the protocol is not spoken here", "MCP-Protocol-Version");
    }
    if (!head.method().equals("POST")) {
      return body.length == 0
          ? new RequestBody.Reading.Read(new McpRequest(body, McpRequest.Message.NONE, content))
          : new RequestBody.Reading.Refused("a request of this method has no body", "");
    }
    RequestBody.Reading reading =
        RequestBody.read(body, root -> new McpRequest(body, message(root), content));
    if (reading instanceof RequestBody.Reading.Refused refused
        && refused.message().startsWith("the body is not JSON")) {
      code = PARSE_ERROR;
    }
    return reading;
  }

  private McpRequest.Message message(JsonValue root) throws Unfit {
    JsonValue version = root.find("jsonrpc");
    if (version == null || !version.is("2.0")) {
      throw new Unfit("jsonrpc", "is not \"2.0\"");
    }
    id = id(root);
    JsonValue method = root.find("method");
    if (method == null) {
      return answer(root);
    }
    if (!method.isString()) {
      throw new Unfit("method", "is not a string");
    }
    if (root.find("result") != null || root.find("error") != null) {
      throw new Unfit("method", "stands beside a result");
    }
    String name = method.text().string();
    JsonValue params = root.find("params");
    if (params != null && !params.isObject()) {
      throw new Unfit("params", "is not an object");
    }
    content.pieces().latest(true);
    others(root, Set.of("jsonrpc", "id", "method", "params"));
    content.pieces().fixed(method, Location.METADATA);
    Optional<String> tool = Optional.empty();
    Map<String, Object> arguments = Map.of();
    if (name.equals("tools/call")) {
      JsonValue called = params == null ? null : params.find("name");
      if (called == null || !called.isString()) {
        code = INVALID_PARAMS;
        throw new Unfit("params.name", "is not a string");
      }
      tool = called.string();
      arguments = arguments(params);
    }
    if (params != null) {
      params(params);
    }
    agrees(name, params);
    return new McpRequest.Message(Optional.of(name), tool, arguments, id);
  }

  /// As it is spelled: one that is written anew could be another to its sender.
  private static Optional<String> id(JsonValue root) throws Unfit {
    JsonValue id = root.find("id");
    if (id == null) {
      return Optional.empty();
    }
    if (!id.isString() && id.wholeNumber().isEmpty()) {
      throw new Unfit("id", "is neither a string nor a whole number");
    }
    return Optional.of(
        new String(id.bytes(), id.start(), id.end() - id.start(), StandardCharsets.UTF_8));
  }

  /// An answer to what the server asked on a stream.
  private McpRequest.Message answer(JsonValue root) throws Unfit {
    JsonValue result = root.find("result");
    JsonValue error = root.find("error");
    JsonValue said = result == null ? error : result;
    if (said == null || (result != null && error != null)) {
      throw new Unfit("method", "is missing");
    }
    if (id.isEmpty()) {
      throw new Unfit("id", "is missing");
    }
    content.pieces().latest(true);
    others(root, Set.of("jsonrpc", "id", "result", "error"));
    content.pieces().walk(said, Location.INPUT);
    // What is answered is no request: nobody waits for an answer to it.
    id = Optional.empty();
    return McpRequest.Message.NONE;
  }

  private void others(JsonValue root, Set<String> known) {
    for (JsonValue.Member member : root.members()) {
      if (!known.contains(member.name().text().string())) {
        content.pieces().fixed(member.name(), Location.METADATA);
        content.pieces().walk(member.value(), Location.METADATA);
      }
    }
  }

  private void params(JsonValue params) {
    Pieces pieces = content.pieces();
    for (JsonValue.Member member : params.members()) {
      String name = member.name().text().string();
      switch (name) {
        case "_meta" -> pieces.walk(member.value(), Location.METADATA);
        // The name says what is called, and a cursor, a state or a token is the server's own.
        case "name", "uri", "cursor", "requestState", "protocolVersion" ->
            pieces.walkFixed(member.value(), Location.TOOL_CALL);
        case "arguments" -> pieces.walk(member.value(), Location.TOOL_CALL);
        case "inputResponses" -> pieces.walk(member.value(), Location.INPUT);
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          pieces.walk(member.value(), Location.TOOL_CALL);
        }
      }
    }
  }

  private static Map<String, Object> arguments(@Nullable JsonValue params) throws Unfit {
    JsonValue arguments = params == null ? null : params.present("arguments");
    if (arguments == null) {
      return Map.of();
    }
    if (!arguments.isObject()) {
      throw new Unfit("params.arguments", "is not an object");
    }
    Map<String, Object> all = new HashMap<>();
    for (JsonValue.Member member : arguments.members()) {
      member.value().plain().ifPresent(value -> all.put(member.name().text().string(), value));
    }
    return all;
  }

  /// What the head repeats must be what the body says: a server that looks at one and a rule that
  /// looks at the other would see two requests.
  private void agrees(String method, @Nullable JsonValue params) throws Unfit {
    JsonValue meta = params == null ? null : params.find("_meta");
    JsonValue version = meta == null ? null : meta.find(VERSION_OF_META);
    Optional<String> spoken = version == null ? Optional.empty() : version.string();
    if (head.malformed()) {
      mismatch("Mcp-Name");
    }
    if (spoken.isPresent() && !spoken.equals(head.version())) {
      mismatch("MCP-Protocol-Version");
    }
    if (head.rpcMethod().isPresent() ? !head.rpcMethod().get().equals(method) : head.repeats()) {
      mismatch("Mcp-Method");
    }
    String named = NAMED.get(method);
    JsonValue said = named == null || params == null ? null : params.find(named);
    Optional<String> name = said == null ? Optional.empty() : said.string();
    if (head.name().isPresent()
        ? named != null && !head.name().equals(name)
        : head.repeats() && name.isPresent()) {
      mismatch("Mcp-Name");
    }
    if (!head.parameters().isEmpty()) {
      Set<String> leaves = new HashSet<>();
      JsonValue arguments = params == null ? null : params.find("arguments");
      if (arguments != null) {
        leaves(arguments, leaves);
      }
      if (!leaves.containsAll(head.parameters())) {
        mismatch("Mcp-Param-");
      }
    }
  }

  private static void leaves(JsonValue value, Set<String> into) {
    if (value.isArray()) {
      value.items().forEach(item -> leaves(item, into));
    } else if (value.isObject()) {
      value.members().forEach(member -> leaves(member.value(), into));
    } else {
      into.add(value.text().string());
    }
  }

  private void mismatch(String field) throws Unfit {
    code = HEADER_MISMATCH;
    throw new Unfit(field, "is not what the body says");
  }
}
