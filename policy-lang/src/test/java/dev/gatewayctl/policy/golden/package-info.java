/// The driver of all golden tests: files beside their inputs. In: a folder of cases and what to do
/// with one. Out: one JUnit test per case and one that looks for orphans. Read [Goldens] first. Not
/// here: what is tested.
@NullMarked
package dev.gatewayctl.policy.golden;

import org.jspecify.annotations.NullMarked;
