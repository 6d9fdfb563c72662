package dev.gatewayctl.runtime.http;

import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;

/// Holds TLS handshakes of callers to the head deadline. Until a handshake is done our handlers
/// hear nothing of the session, and the library's own timeout starts again with every byte; so each
/// byte that arrives anywhere on the worker is the occasion to look at the oldest handshakes.
final class HandshakeWatch implements IOSessionListener {

  @Override
  public void inputReady(IOSession session) {
    Worker worker = Worker.current();
    if (worker != null) {
      worker.expireHandshakes();
    }
  }

  @Override
  public void connected(IOSession session) {}

  @Override
  public void startTls(IOSession session) {}

  @Override
  public void outputReady(IOSession session) {}

  @Override
  public void timeout(IOSession session) {}

  @Override
  public void exception(IOSession session, Exception cause) {}

  @Override
  public void disconnected(IOSession session) {}
}
