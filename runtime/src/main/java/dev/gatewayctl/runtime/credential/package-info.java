/// How a request proves whose it is, where a fixed key is not enough. In: keys that a policy refers
/// to, a request about to leave or one that came. Out: a signature, whether a signature holds, or a
/// token that a vendor's token endpoint gave.
///
/// Read [SigV4] for Amazon's signatures; [TokenSource] for tokens, which it fetches as a
/// [TokenGrant] says and keeps until shortly before they end.
///
/// Deliberately not here: plain keys, which are only a header, and which provider is shown what
/// (`upstream`).
@NullMarked
package dev.gatewayctl.runtime.credential;

import org.jspecify.annotations.NullMarked;
