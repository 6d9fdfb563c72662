package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Status lines, made once for the statuses that occur.
final class StatusLine {
  private static final int FIRST = 100;
  private static final byte[][] LINES = new byte[500][];

  static {
    for (int i = 0; i < LINES.length; i++) {
      String line = "HTTP/1.1 " + (FIRST + i) + " " + phrase(FIRST + i) + "\r\n";
      LINES[i] = line.getBytes(ISO_8859_1);
    }
  }

  private StatusLine() {}

  /// The line for a status of 100 to 599; throws `IllegalArgumentException` for any other.
  static byte[] of(int status) {
    if (status < FIRST || status >= FIRST + LINES.length) {
      throw new IllegalArgumentException("no status: " + status);
    }
    return LINES[status - FIRST];
  }

  static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 422 -> "Unprocessable Content";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Status";
    };
  }
}
