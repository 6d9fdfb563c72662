package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The record that an `exchange` of a test names: written out as a mapping, or a path to a file of
/// audit records, `FILE` where it holds one record or `FILE:LINE`.
final class RecordOperand {
  private static final Pattern WITH_LINE = Pattern.compile("(.+):([1-9][0-9]{0,8})");

  private final Function<String, Optional<byte[]>> files;
  private final Diagnostics out;

  /// @param files the bytes of a file by its path; empty when it cannot be read
  RecordOperand(Function<String, Optional<byte[]>> files, Diagnostics out) {
    this.files = files;
    this.out = out;
  }

  /// The record; empty when there is none, which is reported.
  Optional<ExchangeRecord> read(SyntaxNode node) {
    return switch (node) {
      case SyntaxNode.Mapping mapping ->
          parse(YamlJson.write(mapping, false).getBytes(StandardCharsets.UTF_8), node);
      case SyntaxNode.Scalar scalar -> at(scalar);
      case SyntaxNode.Sequence _ -> {
        TestFields.wrongShape(node, "exchange", "a record, or `FILE` or `FILE:LINE`", out);
        yield Optional.empty();
      }
    };
  }

  private Optional<ExchangeRecord> at(SyntaxNode.Scalar scalar) {
    Matcher place = WITH_LINE.matcher(scalar.value());
    boolean numbered = place.matches();
    String path = numbered ? place.group(1) : scalar.value();
    Optional<byte[]> bytes = files.apply(path);
    if (bytes.isEmpty()) {
      out.report(
          DiagnosticCode.FILE_NOT_READABLE, scalar.span(), "cannot read `%s`".formatted(path));
      return Optional.empty();
    }
    int wanted = numbered ? Integer.parseInt(place.group(2)) : 1;
    int line = 0;
    Optional<byte[]> found = Optional.empty();
    for (int from = 0; from < bytes.get().length; ) {
      int end = from;
      while (end < bytes.get().length && bytes.get()[end] != '\n') {
        end++;
      }
      line++;
      if (line == wanted) {
        found = Optional.of(java.util.Arrays.copyOfRange(bytes.get(), from, end));
      }
      from = end + 1;
    }
    if (found.isEmpty() || (!numbered && line > 1)) {
      out.report(
              DiagnosticCode.OUT_OF_RANGE, scalar.span(), "`%s` has %d lines".formatted(path, line))
          .help("write which one holds the record: `" + path + ":1`");
      return Optional.empty();
    }
    return parse(found.get(), scalar);
  }

  private Optional<ExchangeRecord> parse(byte[] line, SyntaxNode node) {
    return switch (AuditReader.parse(line, 0, line.length)) {
      case AuditReader.Parsed.Good(AuditRecord.Exchange(ExchangeRecord exchange)) ->
          Optional.of(exchange);
      case AuditReader.Parsed.Good _ -> none(node, "it is a record of another type");
      case AuditReader.Parsed.Bad(String reason) -> none(node, reason);
    };
  }

  private Optional<ExchangeRecord> none(SyntaxNode node, String why) {
    out.report(DiagnosticCode.WRONG_SHAPE, node.span(), "no record of an exchange: " + why)
        .help("an `exchange` is a line of an audit log, or the same written out as a mapping");
    return Optional.empty();
  }
}
