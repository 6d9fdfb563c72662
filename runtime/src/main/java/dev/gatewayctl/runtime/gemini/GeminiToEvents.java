package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.ProviderError;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads an answer, whole or chunk by chunk: both have one shape.
final class GeminiToEvents {
  /// The most calls of one candidate.
  private static final int MAX_CALLS = 1_024;

  private final Consumer<AnswerEvent> told;
  private final Map<Integer, Candidate> candidates = new TreeMap<>();
  private boolean began;
  private boolean blocked;
  private boolean failed;

  GeminiToEvents(Consumer<AnswerEvent> told) {
    this.told = told;
  }

  /// What was told of a candidate.
  private static final class Candidate {
    private int calls;
    private @Nullable PartialArguments partial;
    private boolean finished;
  }

  /// Reads an answer or a chunk; nothing after an error.
  void read(JsonValue root) throws Unreadable {
    if (failed) {
      return;
    }
    if (root.present("error") != null) {
      failed = true;
      told.accept(new AnswerEvent.Failed(error(0, root)));
      return;
    }
    if (!began) {
      began = true;
      told.accept(new AnswerEvent.Began(word(root, "responseId"), word(root, "modelVersion")));
    }
    JsonValue list = root.present("candidates");
    if (list != null && !list.isArray()) {
      throw new Unreadable("candidates is not a list");
    }
    for (JsonValue candidate : GeminiAnswer.candidates(root)) {
      candidate(candidate, GeminiTexts.index(candidate));
    }
    Optional<String> reason = FinishReasons.blocked(root);
    if (reason.isPresent() && !blocked) {
      blocked = true;
      told.accept(
          new AnswerEvent.Finished(0, StopReason.CONTENT_FILTER, reason.get(), Optional.empty()));
    }
    Usage usage = GeminiAnswer.reported(root);
    if (usage != null) {
      told.accept(new AnswerEvent.Counted(usage));
    }
  }

  /// Whether the answer is complete: every candidate that began has said why it ended.
  boolean finished() {
    return !failed
        && (blocked
            || (!candidates.isEmpty()
                && candidates.values().stream().allMatch(candidate -> candidate.finished)));
  }

  /// The provider's own end has come.
  void end() {
    if (!failed) {
      candidates.forEach(this::endCall);
      told.accept(new AnswerEvent.Ended());
    }
  }

  private void candidate(JsonValue said, int choice) throws Unreadable {
    Candidate candidate = candidates.computeIfAbsent(choice, _ -> new Candidate());
    for (JsonValue part : GeminiAnswer.parts(said)) {
      part(part, choice, candidate);
    }
    Optional<String> reason = FinishReasons.of(said);
    if (reason.isPresent() && !candidate.finished) {
      candidate.finished = true;
      endCall(choice, candidate);
      StopReason meaning = FinishReasons.meaning(reason.get(), candidate.calls > 0);
      told.accept(new AnswerEvent.Finished(choice, meaning, reason.get(), Optional.empty()));
    }
  }

  private void part(JsonValue part, int choice, Candidate candidate) throws Unreadable {
    Optional<String> signature = word(part, "thoughtSignature");
    JsonValue call = part.present("functionCall");
    if (call != null) {
      call(call, signature, choice, candidate);
      return;
    }
    if (part.present("inlineData") != null || part.present("fileData") != null) {
      throw new Unreadable("the answer holds media, which cannot be translated");
    }
    JsonValue text = part.present("text");
    if (text != null && text.end() - text.start() > 2) {
      JsonValue thought = part.find("thought");
      boolean thinks = thought != null && thought.isTrue();
      String words = text.text().string();
      told.accept(
          thinks ? new AnswerEvent.Reasoning(choice, words) : new AnswerEvent.Text(choice, words));
    }
    signature.ifPresent(sign -> told.accept(new AnswerEvent.ReasoningSigned(choice, sign)));
  }

  private void call(JsonValue call, Optional<String> signature, int choice, Candidate candidate)
      throws Unreadable {
    Optional<String> name = word(call, "name");
    if (name.isPresent()) {
      endCall(choice, candidate);
      if (candidate.calls == MAX_CALLS) {
        throw new Unreadable("it calls more than " + MAX_CALLS + " functions");
      }
      told.accept(
          new AnswerEvent.CallBegan(
              choice, candidate.calls, word(call, "id"), name.get(), signature));
      candidate.calls++;
    } else if (candidate.calls == 0) {
      throw new Unreadable("a call has no name");
    }
    JsonValue more = call.find("willContinue");
    boolean goesOn = more != null && more.isTrue();
    JsonValue fragments = call.present("partialArgs");
    PartialArguments partial = candidate.partial;
    if (partial == null && (goesOn || fragments != null)) {
      partial = new PartialArguments();
      candidate.partial = partial;
    }
    if (partial != null) {
      for (JsonValue fragment :
          fragments == null ? java.util.List.<JsonValue>of() : fragments.items()) {
        partial.add(fragment);
      }
      if (!goesOn) {
        endCall(choice, candidate);
      }
    } else if (name.isPresent()) {
      JsonValue args = call.present("args");
      String spelled = args == null ? "{}" : args.text().string();
      told.accept(new AnswerEvent.CallArguments(choice, candidate.calls - 1, spelled));
    }
  }

  private void endCall(int choice, Candidate candidate) {
    PartialArguments partial = candidate.partial;
    if (partial != null) {
      candidate.partial = null;
      told.accept(new AnswerEvent.CallArguments(choice, candidate.calls - 1, partial.json()));
    }
  }

  private static Optional<String> word(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string().filter(word -> !word.isEmpty());
  }

  /// What a body with an error status says; as the answer to a stream it may be a list of one.
  static ProviderError error(int status, byte[] body) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> error(status, document.root());
      case JsonDocument.Reading.Malformed _ -> unspoken(status);
    };
  }

  private static ProviderError unspoken(int status) {
    return new ProviderError(
        status, GeminiBody.statusWord(status), "the provider answered with status " + status);
  }

  private static ProviderError error(int status, JsonValue root) {
    JsonValue first = root.isArray() && !root.items().isEmpty() ? root.items().getFirst() : root;
    JsonValue error = first.present("error");
    if (error == null || !error.isObject()) {
      return unspoken(status == 0 ? 500 : status);
    }
    JsonValue code = error.find("code");
    long said = code == null ? 0 : code.wholeNumber().orElse(0);
    int known = status != 0 ? status : said >= 400 && said <= 599 ? (int) said : 500;
    return new ProviderError(
        known,
        word(error, "status").orElseGet(() -> GeminiBody.statusWord(known)),
        word(error, "message").orElse("the provider gives no reason"));
  }
}
