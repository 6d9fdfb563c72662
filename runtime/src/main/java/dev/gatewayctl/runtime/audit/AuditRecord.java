package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// One line of the audit log.
public sealed interface AuditRecord {
  /// An exchange, at its end.
  record Exchange(ExchangeRecord exchange) implements AuditRecord {}

  /// A policy that was put in force.
  ///
  /// @param files the whole text by file name, references unresolved; empty when it holds a
  ///   credential that could not be taken out
  record Policy(Instant time, String policyDigest, SortedMap<String, String> files)
      implements AuditRecord {

    private static final String REMOVED = "***";

    public Policy {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /// The record of a policy. Credentials that are written out in it are replaced by `***`: the
    /// digest covers their hash, and no decision depends on them. One that is written with escapes
    /// is not found in the text; then the record has no text at all.
    ///
    /// @param files the text of every file by name, as the compiler read it
    public static Policy of(Instant time, RuleGraph graph, Map<String, String> files) {
      SortedMap<String, String> kept = new TreeMap<>(files);
      TreeSet<String> credentials =
          new TreeSet<>(
              (a, b) -> {
                int byLength = Integer.compare(b.length(), a.length());
                return byLength != 0 ? byLength : a.compareTo(b);
              });
      graph
          .providers()
          .values()
          .forEach(
              provider ->
                  provider
                      .apiKeys()
                      .forEach(
                          key -> {
                            if (key instanceof Setting.Literal literal
                                && !literal.value().isEmpty()) {
                              credentials.add(literal.value());
                            }
                          }));
      for (String credential : credentials) {
        if (kept.values().stream().noneMatch(text -> text.contains(credential))) {
          kept.clear();
        }
        kept.replaceAll((name, text) -> text.replace(credential, REMOVED));
      }
      return new Policy(time, graph.policyDigest(), kept);
    }
  }

  /// A torn last line that was cut when the log was opened after a crash: a record that was being
  /// written, and that no exchange had been told of.
  ///
  /// @param segment the file's name
  /// @param cutBytes how much was cut
  record Recover(Instant time, String segment, long cutBytes) implements AuditRecord {}

  /// A record of a type that this version only passes over.
  record Other(String type) implements AuditRecord {}
}
