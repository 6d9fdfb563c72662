package dev.gatewayctl.runtime.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// A provider that costs next to nothing: one thread, one canned answer for a whole request and one
/// for a stream of [#EVENTS] events, each written by itself. Argument: the port of 127.0.0.1.
final class MockProvider {
  /// How many events of text a stream has.
  static final int EVENTS = 100;

  private static final int READ_BYTES = 64 << 10;

  /// Far more than any request of the bench; beyond it the connection is closed.
  private static final int MOST_REQUEST_BYTES = 1 << 20;

  private static final byte[] WHOLE = whole();
  private static final ByteBuffer[] STREAM = stream();

  private final ByteBuffer reading = ByteBuffer.allocateDirect(READ_BYTES);

  private MockProvider() {}

  public static void main(String[] arguments) throws IOException {
    new MockProvider().serve(Integer.parseInt(arguments[0]));
  }

  private void serve(int port) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      while (true) {
        selector.select();
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
          SelectionKey key = ready.next();
          ready.remove();
          if (key.isAcceptable()) {
            accept(server, selector);
          } else {
            step(key);
          }
        }
      }
    }
  }

  private static void accept(ServerSocketChannel server, Selector selector) throws IOException {
    SocketChannel channel = server.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new Peer());
    }
  }

  private void step(SelectionKey key) throws IOException {
    Peer peer = (Peer) key.attachment();
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isReadable() && !read(channel, peer)) {
        channel.close();
        return;
      }
      boolean done = peer.write(channel);
      key.interestOps(done ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } catch (IOException gone) {
      channel.close();
    }
  }

  private boolean read(SocketChannel channel, Peer peer) throws IOException {
    reading.clear();
    int count = channel.read(reading);
    if (count < 0) {
      return false;
    }
    reading.flip();
    return peer.take(reading);
  }

  /// One connection: what of a request has come, and what of the answer is still to go.
  private static final class Peer {
    private byte[] request = new byte[READ_BYTES];
    private int length;
    private final Deque<ByteBuffer> answer = new ArrayDeque<>();

    boolean take(ByteBuffer bytes) {
      int count = bytes.remaining();
      if (length + count > request.length) {
        if (length + count > MOST_REQUEST_BYTES) {
          return false;
        }
        request = java.util.Arrays.copyOf(request, MOST_REQUEST_BYTES);
      }
      bytes.get(request, length, count);
      length += count;
      int end = Http.messageEnd(request, length);
      if (end > 0 && end <= length) {
        answer(end);
      }
      return true;
    }

    private void answer(int end) {
      // The member stands in the head of the bench's bodies or at their end.
      boolean streams = Http.find(request, 0, end, MockProvider.STREAM_MEMBER) >= 0;
      if (streams) {
        for (ByteBuffer event : STREAM) {
          answer.add(event.duplicate());
        }
      } else {
        answer.add(ByteBuffer.wrap(WHOLE));
      }
      System.arraycopy(request, end, request, 0, length - end);
      length -= end;
    }

    boolean write(SocketChannel channel) throws IOException {
      while (true) {
        ByteBuffer first = answer.peek();
        if (first == null) {
          return true;
        }
        channel.write(first);
        if (first.hasRemaining()) {
          return false;
        }
        answer.remove();
      }
    }
  }

  /// What tells the mock to answer with a stream.
  static final byte[] STREAM_MEMBER = "\"stream\":true".getBytes(ISO_8859_1);

  private static final String HEAD =
      """
      HTTP/1.1 200 OK
      date: Tue, 24 Nov 2026 10:00:00 GMT
      openai-organization: bench
      openai-processing-ms: 12
      openai-version: 2020-10-01
      x-ratelimit-limit-requests: 10000
      x-ratelimit-remaining-requests: 9999
      x-request-id: req_0123456789abcdef0123456789abcdef
      strict-transport-security: max-age=31536000
      """;

  private static final String USAGE =
      """
      data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1790000000,\
      "model":"bench","choices":[],"usage":{"prompt_tokens":210,"completion_tokens":100,\
      "total_tokens":310}}

      """;

  private static byte[] whole() {
    String body =
        """
        {"id":"chatcmpl-0123456789","object":"chat.completion","created":1790000000,\
        "model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"%s",\
        "refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":210,"completion_tokens":96,"total_tokens":306,\
        "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}},\
        "service_tier":"default","system_fingerprint":"fp_0123456789"}\
        """
            .formatted("The parcel left the depot this morning and is due tomorrow. ".repeat(5));
    String head =
        (HEAD + "content-type: application/json\ncontent-length: " + body.length() + "\n\n")
            .replace("\n", "\r\n");
    return (head + body).getBytes(ISO_8859_1);
  }

  private static ByteBuffer[] stream() {
    ByteBuffer[] parts = new ByteBuffer[EVENTS + 2];
    String head =
        (HEAD + "content-type: text/event-stream\ntransfer-encoding: chunked\n\n")
            .replace("\n", "\r\n");
    parts[0] = direct(head);
    for (int i = 0; i < EVENTS; i++) {
      parts[i + 1] = direct(chunk(event("{\"content\":\" parcel" + i % 10 + "\"}", "null")));
    }
    parts[EVENTS + 1] =
        direct(chunk(event("{}", "\"stop\"") + USAGE + "data: [DONE]\n\n") + "0\r\n\r\n");
    return parts;
  }

  private static String event(String delta, String finish) {
    return """
    data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1790000000,\
    "model":"bench","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":%s,\
    "logprobs":null,"finish_reason":%s}]}

    """
        .formatted(delta, finish);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
