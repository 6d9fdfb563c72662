/// The words of the runtime, records only: who asked, what was used, what was decided, what is
/// kept. Read [ExchangeRecord] first. Not here: anything that reads, decides or sends.
@NullMarked
package dev.gatewayctl.runtime.exchange;

import org.jspecify.annotations.NullMarked;
