package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.Splices;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How one protocol streams an answer: what its frames say, and how texts and an early end are
/// spelled in its shape. One object for each stream; it remembers what later frames need. It knows
/// nothing of windows and masks: [AnswerStream] does.
public interface StreamDialect {
  /// What is to happen to a stream apart from its texts.
  ///
  /// @param takeUsageOut whether usage was asked for by us and not by the caller, so that its event
  ///   and what it adds to the others are taken out again
  /// @param stripSideChannels whether `logprobs` and their like are set to null
  /// @param choices how many choices were asked for
  record Settings(boolean takeUsageOut, boolean stripSideChannels, long choices) {}

  /// One text of a frame and where it runs.
  record StreamText(Channel channel, TextPiece piece) {}

  /// What a frame says.
  ///
  /// @param texts its texts in the order of the frame
  /// @param ends which open channels end with this frame; one that also stands in `texts` ends
  ///   after its last text there
  /// @param changes what the settings change in the frame's data
  /// @param fate what becomes of the frame
  record Seen(List<StreamText> texts, Predicate<Channel> ends, Splices changes, Fate fate) {
    /// A frame that goes on and holds no text.
    public static Seen nothing() {
      return new Seen(List.of(), _ -> false, new Splices(), Fate.PASSES);
    }

    /// The stream's own end.
    public static Seen last() {
      return new Seen(List.of(), _ -> true, new Splices(), Fate.LAST);
    }

    /// A frame that is not for the caller.
    public static Seen omitted() {
      return new Seen(List.of(), _ -> false, new Splices(), Fate.OMITTED);
    }
  }

  /// What becomes of a frame.
  enum Fate {
    /// It goes on.
    PASSES,
    /// It goes on, and the stream is complete with it: every channel ends before it.
    LAST,
    /// It is not for the caller.
    OMITTED
  }

  /// Cuts the provider's bytes.
  Framing framing();

  /// What a frame with data says; called once for each, in order. The frame goes out afterwards,
  /// and [#passed] says so, unless the stream is ended before it.
  Seen read(Frame frame);

  /// A piece of a running channel's text as it is let out: a fragment in the frame read last, masks
  /// and all. What goes out by [#carry] is not told again. For protocols whose end says once more
  /// what was said.
  default void released(Channel channel, byte[] utf8, int from, int to) {}

  /// The frame read last is about to go out: adds what the frames that went out before it change in
  /// its data, such as a number that counts frames.
  default void leaving(Splices changes) {}

  /// The frame read last was let out.
  void passed();

  /// Whether what is left at the end of the stream without its frame's end is whole all the same.
  boolean isWhole(Frame rest);

  /// The frame or frames that carry a text of a channel, in the shape and with the heads of those
  /// that came: what was held back when the channel ends.
  byte[] carry(Channel channel, String text);

  /// The protocol's own end for filtered content, from wherever the stream is, up to and with its
  /// end mark. Frames that were read but not passed count as not there.
  byte[] refusal();

  /// Whether the frames so far tell the caller that no more will come, though the stream's own end
  /// has not come: the provider reported an error, or gave every choice its finish reason.
  boolean closesItself();

  /// Whether a stream of this protocol is complete when its connection ends in order, because it
  /// has no end mark of its own and its last frame has come.
  boolean completeAtEnd();

  /// Why the stream cannot be read on, in plain words; null while it can.
  @Nullable String failure();

  /// The tokens reported last.
  Usage usage();

  /// The model as the provider names it.
  Optional<String> model();

  /// Why each choice ended, by its index, in the chat protocol's words.
  SortedMap<Integer, String> finishReasons();

  /// The names of side channels that were set to null.
  SortedSet<String> stripped();
}
