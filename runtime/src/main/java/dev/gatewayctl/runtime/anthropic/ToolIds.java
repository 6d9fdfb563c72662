package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/// Ids of calls as this protocol takes them: letters, digits, `_` and `-`. Other vendors spell
/// theirs otherwise (`functions.search:0`), and one such id makes the whole conversation refused.
///
/// An id that fits stays. Another one becomes what of it fits and a digest of all of it: the same
/// in every turn, on every replica, and so in every prefix that the provider may have cached; two
/// ids that differ only in what does not fit stay two. Should an id of that very spelling be there
/// already, more of the digest is taken.
final class ToolIds {
  private static final int KEPT = 40;
  private static final int DIGITS = 12;

  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> changed = new HashMap<>();

  /// The ids of a conversation.
  ToolIds(Conversation conversation) {
    for (Conversation.Turn turn : conversation.turns()) {
      for (Part part : turn.parts()) {
        if (part instanceof Part.ToolCall call && fits(call.id())) {
          taken.add(call.id());
        }
      }
    }
  }

  /// The id as it is written.
  String of(String id) {
    return fits(id) ? id : changed.computeIfAbsent(id, this::make);
  }

  private String make(String id) {
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < Math.min(id.length(), KEPT); i++) {
      char c = id.charAt(i);
      kept.append(fits(c) ? c : '_');
    }
    String digest = digest(id);
    int digits = DIGITS;
    String made = kept + "_" + digest.substring(0, digits);
    while (!taken.add(made) && digits < digest.length()) {
      digits++;
      made = kept + "_" + digest.substring(0, digits);
    }
    return made;
  }

  private static boolean fits(String id) {
    return !id.isEmpty() && id.chars().allMatch(c -> fits((char) c));
  }

  private static boolean fits(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static String digest(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every runtime has SHA-256", e);
    }
  }
}
