/// What the evidence adds up to: rows of cost, usage, latency, denials and findings. In: audit
/// records. Out: [Report.Table]. Read [Report] first. Not here: how a table looks; and prices,
/// which stand in the records.
@NullMarked
package dev.gatewayctl.runtime.report;

import org.jspecify.annotations.NullMarked;
