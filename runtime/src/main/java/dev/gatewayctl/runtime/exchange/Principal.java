package dev.gatewayctl.runtime.exchange;

import java.util.Optional;
import java.util.SortedSet;

/// Who asks.
///
/// @param id `user:U`, else `app:A`, else `ip:ADDRESS`: never missing
/// @param kind `key` or `anonymous`
/// @param key the name of the key, never the key
public record Principal(
    String id,
    String kind,
    Optional<String> org,
    Optional<String> team,
    Optional<String> app,
    Optional<String> user,
    Optional<String> key,
    SortedSet<String> groups) {}
