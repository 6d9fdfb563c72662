package dev.gatewayctl.policy.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The kinds and classes that policies may name, and the detectors that come with the product.
public final class DetectorCatalog {
  private static final List<String> FILES =
      List.of(
          "detectors/contact.yaml",
          "detectors/financial.yaml",
          "detectors/national.yaml",
          "detectors/secret.yaml");

  private final SortedSet<String> classes;
  private final SortedMap<String, SortedSet<String>> classesOfKind;
  private final SortedMap<String, DetectorDefinition> detectors;

  private DetectorCatalog(
      SortedSet<String> classes,
      SortedMap<String, SortedSet<String>> classesOfKind,
      SortedMap<String, DetectorDefinition> detectors) {
    this.classes = classes;
    this.classesOfKind = classesOfKind;
    this.detectors = detectors;
  }

  private static final class BuiltIn {
    static final DetectorCatalog CATALOG = read();

    private static DetectorCatalog read() {
      CatalogReader kinds = CatalogReader.of("kinds.yaml");
      var classes = new TreeSet<>(kinds.classes());
      SortedMap<String, SortedSet<String>> classesOfKind = kinds.kinds();
      var detectors = new TreeMap<String, DetectorDefinition>();
      for (String file : FILES) {
        for (DetectorDefinition read : CatalogReader.of(file).detectors(classesOfKind)) {
          if (detectors.put(read.id(), read) != null) {
            throw new IllegalStateException("two detectors are called " + read.id());
          }
        }
      }
      return new DetectorCatalog(classes, classesOfKind, detectors);
    }
  }

  /// What comes with this version, read once.
  public static DetectorCatalog builtIn() {
    return BuiltIn.CATALOG;
  }

  /// The detector of that id, if there is one.
  public Optional<DetectorDefinition> find(String id) {
    return Optional.ofNullable(detectors.get(id));
  }

  /// Every detector, sorted by id.
  public Collection<DetectorDefinition> all() {
    return List.copyOf(detectors.values());
  }

  /// Every kind that has a name, also those that no detector finds yet.
  public SortedSet<String> kinds() {
    return new TreeSet<>(classesOfKind.keySet());
  }

  /// Every class.
  public SortedSet<String> classes() {
    return new TreeSet<>(classes);
  }

  /// The ids of the detectors that a kind, a class or a detector's own id stands for; absent when
  /// the name is unknown, empty when nothing finds it.
  public Optional<SortedSet<String>> detectorsOf(String name) {
    if (!classesOfKind.containsKey(name)
        && !classes.contains(name)
        && !detectors.containsKey(name)) {
      return Optional.empty();
    }
    var ids = new TreeSet<String>();
    for (DetectorDefinition detector : detectors.values()) {
      if (detector.id().equals(name)
          || detector.kind().equals(name)
          || detector.classes().contains(name)) {
        ids.add(detector.id());
      }
    }
    return Optional.of(ids);
  }

  /// `sha256:` and 64 hex digits over everything that decides what a built-in detector finds and
  /// how it counts; examples, severity and controls do not.
  ///
  /// @throws IllegalArgumentException when there is no such detector
  public String digest(String id) {
    DetectorDefinition detector = detectors.get(id);
    if (detector == null) {
      throw new IllegalArgumentException("no detector " + id);
    }
    var members = new ArrayList<String>();
    members.add(detector.id());
    members.add(detector.kind());
    members.addAll(detector.classes());
    members.add("pattern");
    members.add(detector.pattern());
    members.add(detector.tail().orElse(""));
    members.add("context");
    members.add(String.valueOf(detector.contextReach()));
    members.addAll(detector.context());
    members.add("check");
    members.add(detector.validator().orElse(""));
    members.add(detector.entropyFloor().toString());
    members.add("allow");
    members.addAll(detector.allow());
    members.add("score");
    members.add(detector.scores().toString());
    members.add(String.valueOf(detector.threshold()));
    return digestOf(members);
  }

  /// Lengths stand before the texts, so that no two lists give the same bytes.
  private static String digestOf(List<String> members) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String member : members) {
        byte[] bytes = member.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return "sha256:" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
