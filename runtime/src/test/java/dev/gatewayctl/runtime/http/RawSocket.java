package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A client that sends bytes as they are and shows what came back.
final class RawSocket implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 8_000;

  private final Socket socket;

  private RawSocket(Socket socket) {
    this.socket = socket;
  }

  static RawSocket to(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return new RawSocket(socket);
  }

  static RawSocket over(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new RawSocket(socket);
  }

  RawSocket send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawSocket send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Socket socket() {
    return socket;
  }

  /// One answer with a `content-length` or chunks, as text, chunk framing included.
  String answer() throws IOException {
    StringBuilder read = new StringBuilder();
    while (!complete(read)) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)\r\n");

  private static boolean complete(CharSequence read) {
    String text = read.toString();
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    Matcher length = LENGTH.matcher(text);
    if (length.find() && length.start() < end) {
      return text.length() - end - 4 >= Integer.parseInt(length.group(1));
    }
    return !text.contains("transfer-encoding: chunked") || text.endsWith("0\r\n\r\n");
  }

  /// Everything up to the end of the connection; `RESET` at the end when it was cut.
  String rest() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        read.write(buffer, 0, n);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return read.toString(ISO_8859_1) + "RESET";
    }
    return read.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
