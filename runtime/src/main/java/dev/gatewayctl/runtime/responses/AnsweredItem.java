package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One item of an answer that we write, with what was said of it so far.
final class AnsweredItem {
  /// What it says.
  enum Kind {
    TEXT,
    REFUSAL,
    REASONING,
    HIDDEN,
    CALL
  }

  private final Kind kind;
  private final int place;
  private final String id;
  private final AnswerEvent.@Nullable CallBegan call;
  private final String callId;
  private final StringBuilder text = new StringBuilder();
  private Optional<String> sealed = Optional.empty();

  private AnsweredItem(
      Kind kind, int place, String id, AnswerEvent.@Nullable CallBegan call, String callId) {
    this.kind = kind;
    this.place = place;
    this.id = id;
    this.call = call;
    this.callId = callId;
  }

  /// A text, a refusal or a thought.
  ///
  /// @param exchange from which its id is made
  static AnsweredItem of(Kind kind, int place, String exchange) {
    String head = kind == Kind.TEXT || kind == Kind.REFUSAL ? "msg_" : "rs_";
    return new AnsweredItem(kind, place, head + exchange + "_" + place, null, "");
  }

  static AnsweredItem call(AnswerEvent.CallBegan call, String callId, int place, String exchange) {
    return new AnsweredItem(Kind.CALL, place, "fc_" + exchange + "_" + place, call, callId);
  }

  Kind kind() {
    return kind;
  }

  int place() {
    return place;
  }

  String id() {
    return id;
  }

  void append(String more) {
    text.append(more);
  }

  void seal(String data) {
    sealed = Optional.of(data);
  }

  /// What its fragments are called; empty where it has none.
  String stem() {
    return switch (kind) {
      case TEXT -> "output_text";
      case REFUSAL -> "refusal";
      case REASONING -> "reasoning_summary_text";
      case HIDDEN -> "";
      case CALL -> "function_call_arguments";
    };
  }

  /// What the part is called in which its text stands; empty where it has none.
  String partName() {
    return switch (kind) {
      case TEXT, REFUSAL -> "content_part";
      case REASONING -> "reasoning_summary_part";
      case HIDDEN, CALL -> "";
    };
  }

  /// The members of the event that says the whole text.
  void whole(JsonWriter json) {
    switch (kind) {
      case TEXT, REASONING, HIDDEN -> json.name("text").value(text.toString());
      case REFUSAL -> json.name("refusal").value(text.toString());
      case CALL -> {
        json.name("name").value(call == null ? "" : call.name());
        json.name("arguments").value(text.toString());
      }
    }
  }

  /// The member `part`.
  void part(JsonWriter json, boolean done) {
    content(json.name("part"), done);
  }

  private void content(JsonWriter json, boolean done) {
    String said = done ? text.toString() : "";
    json.beginObject().name("type");
    switch (kind) {
      case TEXT -> {
        json.value("output_text").name("text").value(said);
        json.name("annotations").beginArray().endArray();
        json.name("logprobs").beginArray().endArray();
      }
      case REFUSAL -> json.value("refusal").name("refusal").value(said);
      case REASONING, HIDDEN, CALL -> json.value("summary_text").name("text").value(said);
    }
    json.endObject();
  }

  /// The item: empty as it begins, or with all it says.
  void write(JsonWriter json, boolean done) {
    String status = done ? "completed" : "in_progress";
    json.beginObject().name("id").value(id).name("type");
    switch (kind) {
      case TEXT, REFUSAL -> {
        json.value("message").name("status").value(status).name("role").value("assistant");
        parts(json.name("content"), done);
      }
      case REASONING, HIDDEN -> {
        json.value("reasoning");
        parts(json.name("summary"), done && kind == Kind.REASONING && !text.isEmpty());
        if (done) {
          sealed.ifPresent(data -> json.name("encrypted_content").value(data));
        }
      }
      case CALL -> {
        json.value("function_call").name("status").value(status);
        json.name("call_id").value(callId).name("name").value(call == null ? "" : call.name());
        json.name("arguments").value(done ? text.toString() : "");
        if (call != null) {
          call.signature().ifPresent(signature -> signed(json, signature));
        }
      }
    }
    json.endObject();
  }

  private void parts(JsonWriter json, boolean done) {
    json.beginArray();
    if (done) {
      content(json, true);
    }
    json.endArray();
  }

  /// The signature of the thought that led to a call, where Google's own chat surface has it.
  private static void signed(JsonWriter json, String signature) {
    json.name("extra_content").beginObject().name("google").beginObject();
    json.name("thought_signature").value(signature).endObject().endObject();
  }

  /// Sizes only: answers are callers' content.
  @Override
  public String toString() {
    return "AnsweredItem(" + kind + ", " + text.length() + " characters)";
  }
}
