package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
  private final InputStream input;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
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

  InputStream input() {
    return input;
  }

  /// One answer with a `content-length` or chunks, as text, chunk framing included.
  String answer() throws IOException {
    return answerAfter(new StringBuilder());
  }

  /// The whole answer of which the beginning was read already.
  String answerAfter(StringBuilder read) throws IOException {
    int head = read.indexOf(END);
    while (head < 0) {
      read.append(next(read));
      head = read.length() >= 4 && read.indexOf(END, read.length() - 4) >= 0 ? read.length() : -1;
    }
    Matcher length = LENGTH.matcher(read);
    if (length.find()) {
      int all = read.indexOf(END) + END.length() + Integer.parseInt(length.group(1));
      while (read.length() < all) {
        read.append(next(read));
      }
    } else if (read.indexOf("transfer-encoding: chunked") >= 0) {
      while (read.indexOf(LAST_CHUNK, Math.max(0, read.length() - LAST_CHUNK.length())) < 0) {
        read.append(next(read));
      }
    }
    return read.toString();
  }

  private static final String END = "\r\n\r\n";
  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)\r\n");

  private char next(CharSequence read) throws IOException {
    int next = input.read();
    if (next < 0) {
      throw new IOException("closed after: " + read);
    }
    return (char) next;
  }

  /// Everything up to the end of the connection; `RESET` at the end when it was cut.
  String rest() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
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
