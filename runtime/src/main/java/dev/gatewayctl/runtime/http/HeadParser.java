package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Strict reader of HTTP/1.x heads from bytes, one for each connection.
///
/// [#scan] looks at every byte once, as bytes arrive, and refuses at the first that no head may
/// hold, so that garbage is answered before it is complete; then the head is cut into fields.
///
/// Where RFC 9112 lets a recipient choose between repair and refusal, this refuses: two parsers
/// that repair differently are how requests are smuggled past a gateway. Refused are bare LF and
/// bare CR (section 2.2), continuation lines (5.2), space before the colon (5.1), any
/// `transfer-encoding` but exactly `chunked`, it together with `content-length`, and a
/// `content-length` that is repeated, a list, or not digits (6.3), a missing or second `host`
/// (3.2), and a target in absolute form that names another authority than `host`.
final class HeadParser {
  static final int MAX_FIELDS = 100;
  static final int MAX_TARGET_BYTES = 8 * 1024;

  private static final String[] COMMON_METHODS = {"POST", "GET", "HEAD", "DELETE", "OPTIONS"};

  /// A guess that makes room for the fields of usual heads at once.
  private static final int LIKELY_FIELD_BYTES = 24;

  private static final int BAD_REQUEST = 400;
  private static final int URI_TOO_LONG = 414;
  private static final int FIELDS_TOO_LARGE = 431;
  private static final int EXPECTATION_FAILED = 417;

  private int maxHeadBytes;
  private int scanned;
  private int lineStart;
  private int lines;

  private HeadParser(int maxHeadBytes) {
    this.maxHeadBytes = maxHeadBytes;
  }

  static HeadParser within(int maxHeadBytes) {
    return new HeadParser(maxHeadBytes);
  }

  /// The longest head from the next one on.
  void allow(int bytes) {
    maxHeadBytes = bytes;
  }

  /// Goes on scanning the head that starts at `from`; returns where the bytes after it start, or -1
  /// when it is not complete. Call again with the same `from` content and more bytes.
  int scan(byte[] bytes, int from, int to) throws MalformedHead {
    int at = HeadBytes.control(bytes, from + scanned, to);
    while (at < to) {
      byte c = bytes[at];
      if (c == '\r') {
        if (at + 1 == to) {
          break;
        }
        if (bytes[at + 1] != '\n') {
          throw new MalformedHead(BAD_REQUEST, "CR within a line");
        }
        if (at - from == lineStart && lines > 0) {
          requireSize(at + 2 - from);
          reset();
          return at + 2;
        }
        lines++;
        if (lines > MAX_FIELDS + 1) {
          throw new MalformedHead(FIELDS_TOO_LARGE, "too many fields");
        }
        at += 2;
        lineStart = at - from;
      } else if (c == '\t') {
        at++;
      } else {
        throw new MalformedHead(
            BAD_REQUEST, c == '\n' ? "a line ends without CR" : "a control character");
      }
      at = HeadBytes.control(bytes, at, to);
    }
    scanned = at - from;
    requireSize(to - from);
    return -1;
  }

  private void requireSize(int size) throws MalformedHead {
    if (lines == 0 && size > MAX_TARGET_BYTES) {
      throw new MalformedHead(URI_TOO_LONG, "the request line is too long");
    }
    if (size > maxHeadBytes) {
      throw new MalformedHead(FIELDS_TOO_LARGE, "the head is too long");
    }
  }

  void reset() {
    scanned = 0;
    lineStart = 0;
    lines = 0;
  }

  /// Reads the scanned request head in `bytes[from, end)`.
  static RequestHead request(byte[] bytes, int from, int end) throws MalformedHead {
    int at = from;
    while (HeadBytes.isToken(bytes[at])) {
      at++;
    }
    if (at == from || bytes[at] != ' ') {
      throw new MalformedHead(BAD_REQUEST, "no method");
    }
    String method = method(bytes, from, at);
    int target = at + 1;
    at = target;
    while (HeadBytes.isTargetByte(bytes[at])) {
      at++;
    }
    if (at == target || bytes[at] != ' ') {
      throw new MalformedHead(BAD_REQUEST, "no target");
    }
    if (at - target > MAX_TARGET_BYTES) {
      throw new MalformedHead(URI_TOO_LONG, "the target is too long");
    }
    int targetEnd = at;
    boolean older = minorVersion(bytes, at + 1) == 0;
    if (bytes[at + 9] != '\r') {
      throw new MalformedHead(BAD_REQUEST, "no version");
    }
    Headers headers = fields(bytes, at + 11, end);
    String host = only(headers, "host");
    if ((host == null && !older) || (host != null && !plausibleHost(host))) {
      throw new MalformedHead(BAD_REQUEST, "no host");
    }
    int start = pathStart(bytes, target, targetEnd, host);
    int mark = start;
    while (mark < targetEnd && bytes[mark] != '?') {
      mark++;
    }
    String path = mark == start ? "/" : new String(bytes, start, mark - start, ISO_8859_1);
    String query =
        mark == targetEnd ? null : new String(bytes, mark + 1, targetEnd - mark - 1, ISO_8859_1);
    if (path.equals("*") && !method.equals("OPTIONS")) {
      throw new MalformedHead(BAD_REQUEST, "the target is no path");
    }
    return request(method, path, query, older, headers);
  }

  private static RequestHead request(
      String method, String path, @Nullable String query, boolean older, Headers headers)
      throws MalformedHead {
    long length = framing(headers, 0, older);
    String connection = headers.first("connection");
    boolean keepAlive =
        older ? HeadBytes.lists(connection, "keep-alive") : !HeadBytes.lists(connection, "close");
    String expect = only(headers, "expect");
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      throw new MalformedHead(EXPECTATION_FAILED, "an expectation that nobody can meet");
    }
    boolean expects = expect != null && !older && length != 0;
    return new RequestHead(method, path, query, older, headers, length, keepAlive, expects);
  }

  /// Where the path starts; a target in absolute form must name the authority that `host` names.
  private static int pathStart(byte[] bytes, int from, int to, @Nullable String host)
      throws MalformedHead {
    if (bytes[from] == '/' || (to - from == 1 && bytes[from] == '*')) {
      return from;
    }
    int authority = afterScheme(bytes, from, to);
    int slash = authority;
    while (slash < to && bytes[slash] != '/' && bytes[slash] != '?') {
      slash++;
    }
    String named = new String(bytes, authority, slash - authority, ISO_8859_1);
    if (named.isEmpty() || host == null || !named.equalsIgnoreCase(host)) {
      throw new MalformedHead(BAD_REQUEST, "the target names another host");
    }
    return slash;
  }

  private static int afterScheme(byte[] bytes, int from, int to) throws MalformedHead {
    for (String scheme : new String[] {"http://", "https://"}) {
      int end = from + scheme.length();
      if (end < to && HeadBytes.same(scheme, bytes, from, end)) {
        return end;
      }
    }
    throw new MalformedHead(BAD_REQUEST, "the target is no path");
  }

  private static boolean plausibleHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || "/?#@,\\\"<>".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static String method(byte[] bytes, int from, int to) {
    for (String common : COMMON_METHODS) {
      if (to - from == common.length() && matches(common, bytes, from)) {
        return common;
      }
    }
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  private static boolean matches(String word, byte[] bytes, int from) {
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// 0 or 1 for `HTTP/1.0` and `HTTP/1.1` at `at`.
  private static int minorVersion(byte[] bytes, int at) throws MalformedHead {
    if (bytes.length < at + 9
        || bytes[at] != 'H'
        || bytes[at + 1] != 'T'
        || bytes[at + 2] != 'T'
        || bytes[at + 3] != 'P'
        || bytes[at + 4] != '/'
        || bytes[at + 5] != '1'
        || bytes[at + 6] != '.'
        || (bytes[at + 7] != '0' && bytes[at + 7] != '1')) {
      throw new MalformedHead(BAD_REQUEST, "no version");
    }
    return bytes[at + 7] - '0';
  }

  /// Reads the scanned head of an answer; one `toHead` announces a body that does not come.
  static ResponseHead response(byte[] bytes, int from, int end, boolean toHead)
      throws MalformedHead {
    boolean older = minorVersion(bytes, from) == 0;
    int at = from + 8;
    if (bytes[at] != ' ' || end - at < 6) {
      throw new MalformedHead(BAD_REQUEST, "no status");
    }
    int status = 0;
    for (int i = at + 1; i <= at + 3; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new MalformedHead(BAD_REQUEST, "no status");
      }
      status = status * 10 + (bytes[i] - '0');
    }
    at += 4;
    if (status < 100 || (bytes[at] != ' ' && bytes[at] != '\r')) {
      throw new MalformedHead(BAD_REQUEST, "no status");
    }
    while (bytes[at] != '\r') {
      at++;
    }
    Headers headers = fields(bytes, at + 2, end);
    long length = framing(headers, ResponseHead.UNTIL_CLOSE, older);
    if (toHead || status < 200 || status == 204 || status == 304) {
      length = 0;
    }
    String connection = headers.first("connection");
    boolean keepAlive =
        older ? HeadBytes.lists(connection, "keep-alive") : !HeadBytes.lists(connection, "close");
    return new ResponseHead(
        status, headers, length, keepAlive && length != ResponseHead.UNTIL_CLOSE);
  }

  /// The fields between `at` and the empty line before `end`; their bytes are copied once.
  private static Headers fields(byte[] bytes, int at, int end) throws MalformedHead {
    byte[] source = Arrays.copyOfRange(bytes, at, end);
    int last = source.length - 2;
    Headers headers = Headers.in(source, Math.max(1, last / LIKELY_FIELD_BYTES));
    int next = 0;
    while (next < last) {
      int colon = HeadBytes.lowerToken(source, next);
      if (colon == next || source[colon] != ':') {
        throw new MalformedHead(BAD_REQUEST, "a line that is no field");
      }
      int from = colon + 1;
      while (source[from] == ' ' || source[from] == '\t') {
        from++;
      }
      int eol = HeadBytes.control(source, from, last);
      while (source[eol] == '\t') {
        eol = HeadBytes.control(source, eol + 1, last);
      }
      int to = eol;
      while (to > from && (source[to - 1] == ' ' || source[to - 1] == '\t')) {
        to--;
      }
      headers.note(HeadBytes.knownName(source, next, colon), next, from, to);
      next = eol + 2;
    }
    return headers;
  }

  /// The only value of a field that may stand once; null when it is absent.
  private static @Nullable String only(Headers headers, String name) throws MalformedHead {
    String value = null;
    for (int i = 0; i < headers.size(); i++) {
      if (headers.isNamed(i, name)) {
        if (value != null) {
          throw new MalformedHead(BAD_REQUEST, "a field that may stand once stands twice");
        }
        value = headers.value(i);
      }
    }
    return value;
  }

  private static long framing(Headers headers, long without, boolean older) throws MalformedHead {
    String encoding = only(headers, "transfer-encoding");
    String length = only(headers, "content-length");
    if (encoding != null) {
      if (length != null || older || !encoding.equalsIgnoreCase("chunked")) {
        throw new MalformedHead(BAD_REQUEST, "the framing is ambiguous");
      }
      return RequestHead.CHUNKED;
    }
    if (length == null) {
      return without;
    }
    long bytes = HeadBytes.digits(length);
    if (bytes < 0) {
      throw new MalformedHead(BAD_REQUEST, "content-length is no number");
    }
    return bytes;
  }
}
