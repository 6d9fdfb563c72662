package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a request says and holds, the same for every protocol; a protocol's reader fills it while
/// it walks the body once.
public final class RequestContent {
  private final Pieces pieces = new Pieces();
  private final SortedSet<String> modalities = new TreeSet<>();
  private final List<Opaque> opaque = new ArrayList<>();
  private final List<String> toolNames = new ArrayList<>();
  private final List<TextPiece> system = new ArrayList<>();
  private final List<TextPiece> lastUser = new ArrayList<>();
  private Map<String, Object> metadata = Map.of();
  private int turns;

  /// The texts found so far, in the order of the body.
  public Pieces pieces() {
    return pieces;
  }

  /// Every text in the order of the body.
  public List<TextPiece> texts() {
    return pieces.list();
  }

  /// `text image audio video document opaque` as far as messages hold them.
  public SortedSet<String> modalities() {
    return modalities;
  }

  /// What is no text to us.
  public List<Opaque> opaque() {
    return List.copyOf(opaque);
  }

  /// The names of the tools offered, in order; of a tool without a name its type.
  public List<String> toolNames() {
    return List.copyOf(toolNames);
  }

  /// What the caller says about the request, with values as `String`, `Long`, `Double`, `Boolean`,
  /// `List` or `Map`.
  public Map<String, Object> metadata() {
    return metadata;
  }

  /// The number of messages of the user.
  public int turns() {
    return turns;
  }

  /// All text but that at location `metadata`, in order, one line break between pieces.
  public String text() {
    return joined(texts().stream().filter(piece -> piece.location() != Location.METADATA).toList());
  }

  /// The text of system and developer messages.
  public String system() {
    return joined(system);
  }

  /// The text of the user's last message.
  public String lastUser() {
    return joined(lastUser);
  }

  private static String joined(Collection<TextPiece> pieces) {
    return pieces.stream().map(piece -> piece.text().string()).collect(Collectors.joining("\n"));
  }

  public void addModality(String modality) {
    modalities.add(modality);
  }

  /// Adds what is no text; its modality counts as well.
  public void addOpaque(Opaque part) {
    opaque.add(part);
    modalities.add(part.modality());
  }

  public void addTool(String name) {
    toolNames.add(name);
  }

  public void setMetadata(Map<String, Object> said) {
    metadata = said;
  }

  public void addTurn() {
    turns++;
  }

  /// Says that the pieces found from `before` on are instructions, as far as they stand at that
  /// location.
  public void systemSince(int before) {
    since(before, Location.SYSTEM, system);
  }

  /// Says that the pieces found from `before` on are the user's last message.
  public void lastUserSince(int before) {
    lastUser.clear();
    since(before, Location.USER, lastUser);
  }

  private void since(int before, Location location, List<TextPiece> into) {
    for (int i = before; i < pieces.size(); i++) {
      TextPiece piece = pieces.list().get(i);
      if (piece.location() == location) {
        into.add(piece);
      }
    }
  }
}
