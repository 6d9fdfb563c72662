package dev.gatewayctl.policy.evaluation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the text form of protocol buffers, as far as the CEL suite uses it.
final class TextProto {
  private final String text;
  private int at;

  private TextProto(String text) {
    this.text = text;
  }

  /// A field: its value is a [Message], a `byte[]` for what is quoted, or a bare word.
  record Field(String name, Object value) {}

  record Message(List<Field> fields) {
    List<Object> all(String name) {
      return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).toList();
    }

    Optional<Message> message(String name) {
      return all(name).stream().map(Message.class::cast).findFirst();
    }

    String text(String name) {
      return all(name).stream().map(TextProto::string).findFirst().orElse("");
    }
  }

  static String string(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : value.toString();
  }

  static Message parse(String text) {
    return new TextProto(text).fields('\0');
  }

  private Message fields(char close) {
    List<Field> fields = new ArrayList<>();
    for (skip(); at < text.length() && text.charAt(at) != close; skip()) {
      String name = name();
      skip();
      if (text.charAt(at) == ':') {
        at++;
        skip();
      }
      if (text.charAt(at) == '[') {
        at++;
        for (skip(); text.charAt(at) != ']'; skip()) {
          fields.add(new Field(name, value()));
        }
        at++;
      } else {
        fields.add(new Field(name, value()));
      }
    }
    at++;
    return new Message(fields);
  }

  private String name() {
    int start = at;
    if (text.charAt(at) == '[') {
      at = text.indexOf(']', at) + 1;
    } else {
      at = wordEnd();
    }
    return text.substring(start, at);
  }

  private int wordEnd() {
    int end = at;
    while (end < text.length() && "{}[]:;,# \t\r\n<>".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    if (end == at) {
      throw new IllegalStateException("cannot read at " + text.substring(at, at + 20));
    }
    return end;
  }

  private Object value() {
    char c = text.charAt(at);
    if (c == '{') {
      at++;
      return fields('}');
    }
    if (c == '"' || c == '\'') {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
        quoted(bytes);
        skip();
      }
      return bytes.toByteArray();
    }
    int start = at;
    at = wordEnd();
    return text.substring(start, at);
  }

  private void quoted(ByteArrayOutputStream bytes) {
    char quote = text.charAt(at++);
    while (text.charAt(at) != quote) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (c != '\\') {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      char escape = text.charAt(at++);
      int simple = "abfnrtv\\'\"?".indexOf(escape);
      if (simple >= 0) {
        bytes.write("\u0007\b\f\n\r\t\u000b\\'\"?".charAt(simple));
      } else if (escape == 'x') {
        bytes.write(Integer.parseInt(text.substring(at, at + 2), 16));
        at += 2;
      } else if (escape == 'u' || escape == 'U') {
        int width = escape == 'u' ? 4 : 8;
        int code = Integer.parseInt(text.substring(at, at + width), 16);
        bytes.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
        at += width;
      } else {
        int start = at - 1;
        while (at < start + 3 && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
          at++;
        }
        bytes.write(Integer.parseInt(text.substring(start, at), 8));
      }
    }
    at++;
  }

  private void skip() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (" \t\r\n,;".indexOf(c) >= 0) {
        at++;
      } else {
        return;
      }
    }
  }
}
