/// The evidence: one line of JSON per exchange, in append-only segments. In: [ExchangeRecord], policy
/// loads. Out: the same, read back in order. Read [AuditLog] first, then [AuditRecord] for the form.
///
/// A directory holds `lock` and `seg/`; a segment is named after the number of its first record
/// (20 digits, from 0), so that order and place of every record are known without reading it. Not
/// here: proofs over the lines (they need the exact bytes and the order, both of which stand), and
/// what a failed append means for an exchange.
///
/// [ExchangeRecord]: dev.gatewayctl.runtime.exchange.ExchangeRecord
@NullMarked
package dev.gatewayctl.runtime.audit;

import org.jspecify.annotations.NullMarked;
