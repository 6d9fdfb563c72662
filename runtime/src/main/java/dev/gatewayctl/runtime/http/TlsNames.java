package dev.gatewayctl.runtime.http;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;

/// Which versions and suites of TLS are offered, and in which order: AES-GCM first, because JSSE's
/// ChaCha20 is several times slower where the processor has AES instructions.
final class TlsNames {
  private TlsNames() {}

  static String[] versions() {
    return new String[] {"TLSv1.3", "TLSv1.2"};
  }

  /// The suites with forward secrecy and authenticated encryption, AES-GCM before the others.
  static String[] preferred(String[] supported) {
    List<String> first = new ArrayList<>();
    List<String> later = new ArrayList<>();
    for (String suite : Arrays.asList(supported)) {
      boolean modern = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
      if (!modern && !suite.startsWith("TLS_ECDHE_")) {
        continue;
      }
      if (suite.contains("_GCM_")) {
        first.add(suite);
      } else if (suite.contains("_CHACHA20_")) {
        later.add(suite);
      }
    }
    first.addAll(later);
    return first.toArray(new String[0]);
  }

  static SSLContext platformTrust() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
