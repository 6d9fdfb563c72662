package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.runtime.exchange.ExchangeRecord;

/// Lines as the log writes them, for tests of what reads logs.
public final class SampleLines {
  private SampleLines() {}

  /// The line of a record, its line end included.
  public static byte[] of(ExchangeRecord record) {
    return RecordText.line(new AuditRecord.Exchange(record));
  }
}
