/// Exchanges without a network: authored in test files, read from logs, or recorded. In: a linked
/// [dev.gatewayctl.runtime.engine.Engine] and the exchanges. Out: what the gateway would have
/// decided, sent and returned. Read [OfflineExchange] first: it takes the steps of the live
/// gateway. Then [PromptTests] and [LogEvaluation], which bring exchanges to it.
///
/// Not here: sockets, limits over time, and how results are printed.
@NullMarked
package dev.gatewayctl.runtime.offline;

import org.jspecify.annotations.NullMarked;
