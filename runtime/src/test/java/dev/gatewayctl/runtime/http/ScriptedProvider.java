package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/// A provider on blocking sockets that plays a script on each connection, so that it can break the
/// rules at any byte.
final class ScriptedProvider implements AutoCloseable {
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  private final ServerSocket listener;

  /// What happens on one connection.
  interface Script {
    void play(Peer peer) throws IOException, InterruptedException;
  }

  private ScriptedProvider(ServerSocket listener, Script script) {
    this.listener = listener;
    Thread.ofVirtual().start(() -> accept(script));
  }

  static ScriptedProvider playing(Script script) throws IOException {
    return playing(ServerSocketFactory.getDefault(), script);
  }

  static ScriptedProvider playing(ServerSocketFactory sockets, Script script) throws IOException {
    return new ScriptedProvider(
        sockets.createServerSocket(0, 100, InetAddress.getLoopbackAddress()), script);
  }

  private void accept(Script script) {
    try {
      while (true) {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        Thread.ofPlatform().daemon().start(() -> play(socket, script));
      }
    } catch (IOException e) {
      // Closed: the end of the test.
    }
  }

  private void play(Socket socket, Script script) {
    try (socket) {
      script.play(new Peer(socket));
    } catch (IOException e) {
      // The gateway went away, as some tests want it to.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /// One connection as a script sees it.
  final class Peer {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.input = new BufferedInputStream(socket.getInputStream());
      this.output = socket.getOutputStream();
    }

    /// Reads one request with a `content-length` or without a body; its head as text.
    String request() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        int next = input.read();
        if (next < 0) {
          throw new IOException("no more requests");
        }
        head.append((char) next);
      }
      int at = head.indexOf("content-length: ");
      if (at >= 0) {
        int end = head.indexOf("\r\n", at);
        int length = Integer.parseInt(head.substring(at + "content-length: ".length(), end));
        input.skipNBytes(length);
      }
      requests.incrementAndGet();
      return head.toString();
    }

    Peer send(String text) throws IOException {
      return send(text.getBytes(ISO_8859_1));
    }

    Peer send(byte[] bytes) throws IOException {
      output.write(bytes);
      output.flush();
      return this;
    }

    /// Waits until the other side has closed.
    void awaitEnd() throws IOException {
      input.transferTo(OutputStream.nullOutputStream());
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
