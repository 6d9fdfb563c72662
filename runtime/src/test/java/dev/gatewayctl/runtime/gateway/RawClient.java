package dev.gatewayctl.runtime.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;

/// A caller on a raw socket: it sees how an answer ends, and can go away in the middle of one.
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream input;

  /// An answer as it came.
  ///
  /// @param body without chunk framing
  /// @param whole whether its framing was complete
  record Answer(String head, String body, boolean whole) {
    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }
  }

  RawClient(Gateway gateway) throws IOException {
    this(gateway, 0);
  }

  /// @param receiveBuffer bytes the kernel may take before this side reads; 0: its default
  RawClient(Gateway gateway, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(
        new java.net.InetSocketAddress(
            InetAddress.getLoopbackAddress(), URI.create(gateway.address()).getPort()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    input = socket.getInputStream();
  }

  /// Sends a chat body; `fields` are lines that end with CRLF.
  RawClient chat(String fields, String body) throws IOException {
    return send("POST /v1/chat/completions HTTP/1.1\r\n", fields, body.getBytes(UTF_8));
  }

  RawClient send(String line, String fields, byte[] body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        (line
                + "host: gateway\r\ncontent-type: application/json\r\n"
                + fields
                + "content-length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    all.writeBytes(body);
    socket.getOutputStream().write(all.toByteArray());
    socket.getOutputStream().flush();
    return this;
  }

  /// Reads until the bytes read hold that text.
  String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = input.read();
      if (next < 0) {
        throw new IOException("closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  InputStream input() {
    return input;
  }

  /// Reads one answer to its end, or to the end of the connection.
  Answer answer() throws IOException {
    String head;
    try {
      head = readUntil("\r\n\r\n");
    } catch (java.net.SocketException reset) {
      return new Answer("", "", false);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean whole;
    try {
      whole = head.contains("transfer-encoding: chunked") ? chunks(body) : counted(head, body);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException reset) {
      whole = false;
    }
    return new Answer(head, body.toString(UTF_8), whole);
  }

  private boolean counted(String head, ByteArrayOutputStream body) throws IOException {
    int at = head.indexOf("content-length: ");
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    body.writeBytes(input.readNBytes(length));
    return body.size() == length;
  }

  private boolean chunks(ByteArrayOutputStream body) throws IOException {
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int next = input.read(); next != '\n'; next = input.read()) {
        if (next < 0) {
          return false;
        }
        size.append((char) next);
      }
      int length = Integer.parseInt(size.toString().strip(), 16);
      byte[] bytes = input.readNBytes(length);
      body.writeBytes(bytes);
      if (bytes.length < length || input.readNBytes(2).length < 2) {
        return false;
      }
      if (length == 0) {
        return true;
      }
    }
  }

  /// Goes away without a word.
  void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
