package dev.gatewayctl.runtime.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/// A provider on blocking sockets for tests: it keeps what it got and answers what its script says,
/// in whatever pieces and at whatever pace, or dies where it is told to.
public final class TestProvider implements AutoCloseable {
  public static final String DONE = "data: [DONE]\n\n";

  private final ServerSocket listener;
  private final Script script;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch cancelled = new CountDownLatch(1);

  /// What answers one request; a connection serves requests until it throws.
  public interface Script {
    void answer(Received request, Peer peer) throws IOException, InterruptedException;
  }

  /// One request as it came.
  public record Received(String head, String body) {
    public String field(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  private TestProvider(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    Thread.ofPlatform().daemon().name("test-provider").start(this::accept);
  }

  public static TestProvider playing(Script script) {
    return playing(ServerSocketFactory.getDefault(), script);
  }

  static TestProvider playing(ServerSocketFactory sockets, Script script) {
    try {
      return new TestProvider(
          sockets.createServerSocket(0, 300, InetAddress.getLoopbackAddress()), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Answers every request with that body.
  static TestProvider answering(String body) {
    return playing((request, peer) -> peer.respond(200, "", body));
  }

  /// Streams that text to every request, whole.
  static TestProvider streaming(String events) {
    return playing((request, peer) -> peer.head(200, "").chunk(events).end());
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        connections.incrementAndGet();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Peer peer = new Peer(socket);
      for (Received request = peer.request(); request != null; request = peer.request()) {
        received.add(request);
        script.answer(request, peer);
      }
    } catch (IOException gone) {
      cancelled.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public List<Received> received() {
    return received;
  }

  public Received last() {
    return received.getLast();
  }

  int connections() {
    return connections.get();
  }

  /// Whether a connection was lost while an answer was written, or is so within `limit`.
  public boolean cancelledWithin(Duration limit) throws InterruptedException {
    return cancelled.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// `http://127.0.0.1:PORT/v1`.
  String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// A provider section under a name, without braces around it.
  String section(String name, String more) {
    return "  %s: { protocol: openai, base_url: %s%s }%n"
        .formatted(name, baseUrl(), more.isEmpty() ? "" : ", " + more);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One connection as a script writes to it.
  public static final class Peer {
    private final Socket socket;
    private final InputStream input;

    private Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.input = new BufferedInputStream(socket.getInputStream());
    }

    private @Nullable Received request() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int end = 0;
      while (end < 4) {
        int next = input.read();
        if (next < 0) {
          return null;
        }
        head.write(next);
        end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
      }
      Received bare = new Received(head.toString(ISO_8859_1), "");
      String length = bare.field("content-length");
      byte[] body = input.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
      return new Received(bare.head(), new String(body, UTF_8));
    }

    public Peer send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    }

    public Peer send(String text) throws IOException {
      return send(text.getBytes(UTF_8));
    }

    /// A whole answer; `fields` are lines that end with CRLF.
    public void respond(int status, String fields, String body) throws IOException {
      byte[] bytes = body.getBytes(UTF_8);
      send(
          "HTTP/1.1 %d X\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n"
              .formatted(status, fields, bytes.length));
      send(bytes);
    }

    /// The head of a stream in chunks.
    public Peer head(int status, String fields) throws IOException {
      return head(status, "text/event-stream", fields);
    }

    /// The head of a stream of that kind in chunks.
    public Peer head(int status, String type, String fields) throws IOException {
      return send(
          "HTTP/1.1 %d X\r\ncontent-type: %s\r\n%stransfer-encoding: chunked\r\n\r\n"
              .formatted(status, type, fields));
    }

    public Peer chunk(String text) throws IOException {
      return chunk(text.getBytes(UTF_8));
    }

    public Peer chunk(byte[] bytes) throws IOException {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
      chunk.writeBytes(bytes);
      chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
      return send(chunk.toByteArray());
    }

    /// One event with a piece of text for the first choice.
    public Peer text(String content) throws IOException {
      return chunk(Chat.event(0, "\"content\":\"" + content + "\"", null));
    }

    public Peer end() throws IOException {
      return send("0\r\n\r\n");
    }

    /// Closes the connection, in order or with a reset.
    public void die(boolean reset) throws IOException {
      if (reset) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
      throw new IOException("died as the script says");
    }

    /// Waits until the gateway closes the connection.
    public void awaitClose() throws IOException {
      while (input.read() >= 0) {
        // Nothing more is expected.
      }
      throw new IOException("closed");
    }
  }
}
