package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/// The Model Context Protocol. Unlike those of models it is not shared: an error carries the id of
/// the message it answers, so there is one object for each exchange, used by one thread at a time.
public final class McpDialect implements Dialect {
  /// What the gateway refuses, among the codes that JSON-RPC leaves to servers.
  static final int REFUSED = -32000;

  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INTERNAL_ERROR = -32603;

  private final McpHead head;
  private McpReading reading;
  private Predicate<String> callable = _ -> true;

  private McpDialect(McpHead head) {
    this.head = head;
    this.reading = new McpReading(head);
  }

  /// The dialect of one exchange.
  public static McpDialect of(McpHead head) {
    return new McpDialect(head);
  }

  /// For what is refused by its path or its method.
  public static McpDialect bare() {
    return new McpDialect(McpHead.bare("POST"));
  }

  /// Says which tools the caller may call: lists of tools show no others.
  public void offering(Predicate<String> mayCall) {
    callable = mayCall;
  }

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    reading = new McpReading(head);
    return reading.read(body);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(withoutHidden(body), root -> new McpAnswer(McpTexts.of(root, callable)));
  }

  /// A list of tools without those that the caller may not call.
  private byte[] withoutHidden(byte[] body) {
    return JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument read)
        ? McpTexts.of(read.root(), callable).removed().apply(body)
        : body;
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new McpEvents(callable, reading.id());
  }

  /// An error of JSON-RPC. What a rule refuses of a request that waits for an answer is one in HTTP
  /// 200, so that its caller's model learns of it and the session goes on; all else keeps its HTTP
  /// status.
  @Override
  public ErrorAnswer error(ProtocolError error) {
    boolean answered = error.status() == 403 && reading.id().isPresent();
    Headers fields = Headers.of("content-type", "application/json");
    if (error.status() == 401) {
      fields.add("www-authenticate", "Bearer");
    }
    int code =
        switch (error.status()) {
          case 400 -> reading.code();
          case 404, 405 -> METHOD_NOT_FOUND;
          case 500 -> INTERNAL_ERROR;
          default -> REFUSED;
        };
    return new ErrorAnswer(
        answered ? 200 : error.status(), fields, body(error, code, reading.id(), head.version()));
  }

  static byte[] body(
      ProtocolError error, int code, Optional<String> id, Optional<String> requested) {
    JsonWriter json = new JsonWriter().beginObject().name("jsonrpc").value("2.0");
    id.ifPresent(
        spelled -> {
          byte[] bytes = spelled.getBytes(StandardCharsets.UTF_8);
          json.name("id").raw(bytes, 0, bytes.length);
        });
    json.name("error").beginObject();
    json.name("code").value(code).name("message").value(error.message());
    json.name("data").beginObject();
    if (code == McpReading.UNSUPPORTED_VERSION) {
      json.name("supported").beginArray();
      McpHead.VERSIONS.forEach(json::value);
      json.endArray().name("requested").value(requested.orElse(""));
    }
    json.name("code").value(error.code()).name("exchange").value(error.exchange());
    return json.endObject().endObject().endObject().toBytes();
  }
}
