package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// One message to a server of tools; or, of a request that opens or ends a stream, none.
public final class McpRequest implements RequestBody {
  private final byte[] body;
  private final Message message;
  private final RequestContent content;

  /// What the message is.
  ///
  /// @param method such as `tools/call`; empty for an answer of the caller, and for no message
  /// @param tool the tool that is called
  /// @param arguments of the call, as `String`, `Long`, `Double`, `Boolean`, `List` or `Map`
  /// @param id as it is spelled, quotes and all; empty where no answer is asked for
  record Message(
      Optional<String> method,
      Optional<String> tool,
      Map<String, Object> arguments,
      Optional<String> id) {
    static final Message NONE =
        new Message(Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    /// The method only.
    @Override
    public String toString() {
      return method.orElse("no method");
    }
  }

  McpRequest(byte[] body, Message message, RequestContent content) {
    this.body = body;
    this.message = message;
    this.content = content;
  }

  /// The method of the message, such as `tools/call`.
  public Optional<String> method() {
    return message.method();
  }

  /// The tool that is called.
  public Optional<String> tool() {
    return message.tool();
  }

  /// The arguments of the call.
  public Map<String, Object> arguments() {
    return message.arguments();
  }

  Message message() {
    return message;
  }

  /// Empty: a server of tools is no model.
  @Override
  public String model() {
    return "";
  }

  @Override
  public boolean stream() {
    return false;
  }

  @Override
  public boolean includeUsage() {
    return true;
  }

  @Override
  public OptionalLong maxTokens() {
    return OptionalLong.empty();
  }

  @Override
  public OptionalDouble temperature() {
    return OptionalDouble.empty();
  }

  @Override
  public long choices() {
    return 1;
  }

  @Override
  public Optional<String> reasoning() {
    return Optional.empty();
  }

  @Override
  public RequestContent content() {
    return content;
  }

  @Override
  public byte[] body() {
    return body;
  }

  /// Only masks change a message.
  @Override
  public byte[] write(RequestEdits edits) {
    if (edits.masks().isEmpty()) {
      return body;
    }
    Splices splices = new Splices();
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  /// The method and the size only.
  @Override
  public String toString() {
    return "McpRequest(" + message + ", " + body.length + " bytes)";
  }
}
