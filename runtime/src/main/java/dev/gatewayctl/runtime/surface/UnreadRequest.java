package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A request whose body is not read: all of it is one opaque part, and nothing of it changes.
final class UnreadRequest implements RequestBody {
  private final byte[] body;
  private final RequestContent content = new RequestContent();

  UnreadRequest(byte[] body) {
    this.body = body;
    if (body.length > 0) {
      content.addOpaque(new Opaque("opaque", false));
    }
  }

  /// Empty: what is asked for is not read.
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

  /// The received bytes: there is no text to mask and no number to lower.
  @Override
  public byte[] write(RequestEdits edits) {
    return body;
  }

  /// Size only.
  @Override
  public String toString() {
    return "UnreadRequest(" + body.length + " bytes)";
  }
}
