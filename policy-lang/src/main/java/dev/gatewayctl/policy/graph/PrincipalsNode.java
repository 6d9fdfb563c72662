package dev.gatewayctl.policy.graph;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/// Who may call. Each `models` is a grant; of an org or app also a cap.
public record PrincipalsNode(
    SortedMap<String, Party> orgs,
    SortedMap<String, Team> teams,
    SortedMap<String, Party> groups,
    SortedMap<String, App> apps) {

  /// An org or a group.
  public record Party(String name, Optional<SortedSet<String>> models) {}

  public record Team(String name, Optional<String> org, Optional<SortedSet<String>> models) {}

  public record App(
      String name,
      Optional<String> team,
      Optional<String> org,
      SortedSet<String> groups,
      Optional<SortedSet<String>> models,
      List<Key> keys,
      Optional<Signing> sigv4) {
    public App {
      keys = List.copyOf(keys);
    }
  }

  /// A pair of keys with which an app signs as Amazon's clients do.
  public record Signing(Setting id, Setting secret) {}

  /// A caller's key by its hash.
  ///
  /// @param name its name, or the first eight hex digits of the hash
  /// @param sha256 of the key's bytes, 64 lower-case hex digits
  /// @param from the first day on which it holds, in the server's time zone
  /// @param until the last one
  public record Key(
      String name, String sha256, Optional<LocalDate> from, Optional<LocalDate> until) {}
}
