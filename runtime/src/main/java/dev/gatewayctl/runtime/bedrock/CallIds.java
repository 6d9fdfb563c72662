package dev.gatewayctl.runtime.bedrock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Ids of calls and names of tools as Amazon takes them: 1 to 64 letters, digits, `_` and `-`. One
/// of another vendor's (`functions.search:0`) makes it refuse the whole conversation.
///
/// What fits stays. Another one becomes what of it fits and a digest of all of it: the same in
/// every turn and on every replica, and so in every prefix that the provider may have cached.
/// Should that very spelling be there already, more of the digest is taken.
final class CallIds {
  private static final int MOST = 64;
  private static final int KEPT = 30;
  private static final int DIGITS = 12;

  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> changed = new HashMap<>();

  /// Spellings for all of these.
  CallIds(Stream<String> all) {
    all.filter(CallIds::fits).forEach(taken::add);
  }

  /// The id or name as it is written.
  String of(String said) {
    return fits(said) ? said : changed.computeIfAbsent(said, this::make);
  }

  /// Whether any was spelled otherwise.
  boolean changed() {
    return !changed.isEmpty();
  }

  private String make(String said) {
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < Math.min(said.length(), KEPT); i++) {
      char c = said.charAt(i);
      kept.append(fits(c) ? c : '_');
    }
    String digest = digest(said);
    int digits = DIGITS;
    String made = kept + "_" + digest.substring(0, digits);
    while (!taken.add(made) && made.length() < MOST) {
      digits++;
      made = kept + "_" + digest.substring(0, digits);
    }
    return made;
  }

  static boolean fits(String said) {
    return !said.isEmpty() && said.length() <= MOST && said.chars().allMatch(c -> fits((char) c));
  }

  private static boolean fits(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static String digest(String said) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(said.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every runtime has SHA-256", e);
    }
  }
}
