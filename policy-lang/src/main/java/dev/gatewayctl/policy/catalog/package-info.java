/// What the product knows before it reads a policy: phases, surfaces and their locations, kinds,
/// classes, built-in detectors, model prices. In: resource files of our own format. Out: immutable
/// catalogues. Read [Phase] and [Location] first. Not here: what a policy declares itself.
@NullMarked
package dev.gatewayctl.policy.catalog;

import org.jspecify.annotations.NullMarked;
