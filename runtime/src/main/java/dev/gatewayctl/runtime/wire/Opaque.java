package dev.gatewayctl.runtime.wire;

/// Content that is no text to us.
///
/// @param modality `image audio video document` or `opaque` when its kind is unknown
/// @param reference whether only a name or an address of it stands in the body
public record Opaque(String modality, boolean reference) {}
