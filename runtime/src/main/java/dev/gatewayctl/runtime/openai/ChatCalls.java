package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The calls of one choice, told apart.
///
/// A fragment names its call by `index`. Some dialects leave it out, or give every call the same
/// one (Google); then another id with a name begins another call, an id that was seen goes on with
/// its call, and a fragment with neither goes on with the last one. A fragment with a name but no
/// id (Ollama) begins a call unless its index is that of one which runs.
final class ChatCalls {
  /// The most calls of one choice.
  private static final int MAX_CALLS = 1_024;

  /// The most characters of arguments that are kept until their call's name comes.
  private static final int MAX_HELD = 1 << 20;

  private static final int NO_INDEX = -1;
  private static final int LEGACY = -2;

  private final int choice;
  private final Consumer<AnswerEvent> told;
  private final List<Call> calls = new ArrayList<>();

  ChatCalls(int choice, Consumer<AnswerEvent> told) {
    this.choice = choice;
    this.told = told;
  }

  /// One call; its ordinal is its place in the list.
  private static final class Call {
    private final int index;
    private final int ordinal;
    private Optional<String> id = Optional.empty();
    private Optional<String> signature = Optional.empty();
    private String name = "";
    private boolean began;
    private final StringBuilder held = new StringBuilder();

    Call(int index, int ordinal) {
      this.index = index;
      this.ordinal = ordinal;
    }
  }

  /// Whether there are any.
  boolean any() {
    return !calls.isEmpty();
  }

  /// Reads a call, or a fragment of one; one that says nothing is none.
  ///
  /// @param whole whether it is complete, so that each one is another
  void read(JsonValue fragment, boolean whole, int position) throws Unreadable {
    JsonValue function = fragment.present("function");
    if (function == null) {
      function = fragment.present("custom");
    }
    JsonValue given = fragment.present("index");
    int index = given == null ? NO_INDEX : ChatTexts.index(fragment, position);
    Optional<String> id = said(fragment, "id");
    Optional<String> name = function == null ? Optional.empty() : said(function, "name");
    if (id.isEmpty() && name.isEmpty() && arguments(function).isEmpty()) {
      return;
    }
    Call known = whole ? null : find(index, id, name);
    Call call = known == null ? begin(index) : known;
    if (call.id.isEmpty()) {
      call.id = id;
    }
    if (call.signature.isEmpty()) {
      call.signature = ChatTurns.signature(fragment);
    }
    if (function != null) {
      go(call, name, function);
    }
  }

  /// Reads a call of the time before there could be several.
  void legacy(JsonValue function) throws Unreadable {
    if (said(function, "name").isEmpty() && arguments(function).isEmpty()) {
      return;
    }
    Call known = find(LEGACY, Optional.empty(), Optional.empty());
    go(known == null ? begin(LEGACY) : known, said(function, "name"), function);
  }

  /// No more fragments come: a call whose name never came is told with an empty one.
  void end() {
    for (Call call : calls) {
      if (!call.began) {
        tell(call);
      }
    }
  }

  private static Optional<String> said(JsonValue object, String name) {
    return ChatParts.text(object, name).filter(word -> !word.isEmpty());
  }

  private @Nullable Call find(int index, Optional<String> id, Optional<String> name) {
    Call latest = null;
    for (Call call : calls) {
      if (index == NO_INDEX ? call.index != LEGACY : call.index == index) {
        if (id.isPresent() && id.equals(call.id)) {
          return call;
        }
        latest = call;
      }
    }
    if (latest == null) {
      return null;
    }
    if (id.isPresent() && latest.id.isPresent()) {
      return name.isPresent() || index == NO_INDEX ? null : latest;
    }
    return index == NO_INDEX && name.isPresent() && latest.began ? null : latest;
  }

  private Call begin(int index) throws Unreadable {
    if (calls.size() == MAX_CALLS) {
      throw new Unreadable("it calls more than " + MAX_CALLS + " tools");
    }
    Call call = new Call(index, calls.size());
    calls.add(call);
    return call;
  }

  private void go(Call call, Optional<String> name, JsonValue function) throws Unreadable {
    if (!call.began && name.isPresent()) {
      call.name = name.orElseThrow();
      tell(call);
    }
    String fragment = arguments(function);
    if (fragment.isEmpty()) {
      return;
    }
    if (call.began) {
      told.accept(new AnswerEvent.CallArguments(choice, call.ordinal, fragment));
    } else if (call.held.length() + fragment.length() > MAX_HELD) {
      throw new Unreadable("a call has arguments but no name");
    } else {
      call.held.append(fragment);
    }
  }

  /// Some write an object where the protocol has a string that spells one.
  private static String arguments(@Nullable JsonValue function) {
    if (function == null) {
      return "";
    }
    JsonValue arguments = function.present("arguments");
    if (arguments == null) {
      arguments = function.present("input");
    }
    return arguments == null ? "" : arguments.text().string();
  }

  private void tell(Call call) {
    call.began = true;
    told.accept(
        new AnswerEvent.CallBegan(choice, call.ordinal, call.id, call.name, call.signature));
    if (!call.held.isEmpty()) {
      told.accept(new AnswerEvent.CallArguments(choice, call.ordinal, call.held.toString()));
      call.held.setLength(0);
    }
  }
}
