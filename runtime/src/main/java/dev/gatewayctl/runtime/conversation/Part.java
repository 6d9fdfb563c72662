package dev.gatewayctl.runtime.conversation;

import java.util.List;
import java.util.Optional;

/// A piece of a turn, in the order in which it stands there.
public sealed interface Part {
  /// Plain text. Empty text is kept; writers whose protocol refuses it leave it out.
  ///
  /// @param cache where the caller marks the end of a prefix to cache
  record Text(String text, Optional<CacheMark> cache) implements Part {
    public static Text of(String text) {
      return new Text(text, Optional.empty());
    }

    @Override
    public String toString() {
      return "Text(" + text.length() + " characters)";
    }
  }

  /// The assistant's refusal.
  record Refusal(String text) implements Part {
    @Override
    public String toString() {
      return "Refusal(" + text.length() + " characters)";
    }
  }

  /// An image, audio, a video or a document.
  ///
  /// @param mediaType such as `image/png`, where it is known
  /// @param name of a file
  /// @param detail how closely an image shall be looked at, the chat protocol's word
  record Media(
      Kind kind,
      Optional<String> mediaType,
      Source source,
      Optional<String> name,
      Optional<String> detail,
      Optional<CacheMark> cache)
      implements Part {
    /// What it is.
    public enum Kind {
      IMAGE,
      AUDIO,
      VIDEO,
      DOCUMENT
    }

    /// Where it is.
    public sealed interface Source {
      /// In the request, as base64 without a `data:` head.
      record Inline(String base64) implements Source {
        @Override
        public String toString() {
          return "Inline(" + base64.length() + " characters)";
        }
      }

      /// At an address that the provider fetches.
      record Url(String url) implements Source {}

      /// With the provider, under an id.
      record Stored(String id) implements Source {}

      /// A document as plain text.
      record PlainText(String text) implements Source {
        @Override
        public String toString() {
          return "PlainText(" + text.length() + " characters)";
        }
      }
    }

    @Override
    public String toString() {
      return "Media(" + kind + ")";
    }
  }

  /// What the model thought.
  ///
  /// @param signature by which the provider knows its own thoughts again; it must come back
  ///   unchanged
  /// @param id of the item, where the protocol has one
  record Reasoning(String text, Optional<String> signature, Optional<String> id) implements Part {
    @Override
    public String toString() {
      return "Reasoning(" + text.length() + " characters)";
    }
  }

  /// What the model thought and the provider shows to nobody.
  ///
  /// @param data opaque, to be given back
  record HiddenReasoning(String data, Optional<String> id) implements Part {
    @Override
    public String toString() {
      return "HiddenReasoning(" + data.length() + " characters)";
    }
  }

  /// The assistant calls a tool.
  ///
  /// @param arguments JSON text as the model wrote it; may be no valid JSON
  /// @param signature that some models need back with the call
  record ToolCall(
      String id,
      String name,
      String arguments,
      Optional<String> signature,
      Optional<CacheMark> cache)
      implements Part {
    @Override
    public String toString() {
      return "ToolCall(" + arguments.length() + " characters)";
    }
  }

  /// What a tool answered; stands in a turn of the user.
  ///
  /// @param name of the tool, where the protocol says it; others find it by the call
  /// @param content texts and media
  /// @param failed whether the tool reports an error
  record ToolResult(
      String callId,
      Optional<String> name,
      List<Part> content,
      boolean failed,
      Optional<CacheMark> cache)
      implements Part {
    public ToolResult {
      content = List.copyOf(content);
    }

    @Override
    public String toString() {
      return "ToolResult(" + content.size() + " parts)";
    }
  }

  /// The end of a prefix to cache.
  ///
  /// @param ttl `5m` or `1h` where it is said
  record CacheMark(Optional<String> ttl) {}
}
