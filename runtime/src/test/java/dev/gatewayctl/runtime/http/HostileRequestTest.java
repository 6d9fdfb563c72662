package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests by which two parsers could be brought to disagree, or one to its knees: what the edge
/// answers, and how many of them the service sees. Each is sent whole, and again byte by byte.
class HostileRequestTest {
  private static final String BODY = "{\"model\":\"m\",\"messages\":[]}";
  private static final String LENGTH = "Content-Length: " + BODY.length() + "\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
  private static final String CHUNKS =
      Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private static EdgeFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = EdgeFixture.with(EdgeFixture.settings().withMaxBodyBytes(100_000), EdgeFixture::echo);
  }

  @AfterAll
  static void stop() {
    assertThat(fixture.faults).isEmpty();
    fixture.close();
  }

  record Case(String name, String raw, String statuses, int reached) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case handled(String name, String raw) {
    return new Case(name, raw, "200", 1);
  }

  private static Case refused(String name, int status, String raw) {
    return new Case(name, raw, Integer.toString(status), 0);
  }

  private static String post(String fields, String body) {
    return "POST /v1/chat HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
  }

  private static String line(String requestLine) {
    return requestLine + "\r\nHost: x\r\n\r\n";
  }

  private static String chunked(String body) {
    return post(CHUNKED, body);
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(wellFormed());
    cases.addAll(framing());
    cases.addAll(fields());
    cases.addAll(requestLines());
    cases.addAll(chunks());
    return cases.stream();
  }

  private static List<Case> wellFormed() {
    return List.of(
        handled("plain", post(LENGTH, BODY)),
        handled("chunked", chunked(CHUNKS)),
        handled("chunked in capitals", post("TRANSFER-ENCODING: Chunked\r\n", CHUNKS)),
        handled("one-byte chunks", chunked("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")),
        handled("trailers", chunked("1\r\na\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n")),
        handled("chunk extension", chunked("1;a=b;c=\"d\"\r\na\r\n0\r\n\r\n")),
        handled("leading zeros in a chunk size", chunked("0001\r\na\r\n000\r\n\r\n")),
        handled("no body", line("GET /v1/models HTTP/1.1")),
        handled("POST without framing", line("POST /v1/x HTTP/1.1")),
        handled("value with tabs and spaces", post("X-A: \t a\tb \t\r\n" + LENGTH, BODY)),
        handled("empty value", post("X-A:\r\n" + LENGTH, BODY)),
        handled("latin-1 value", post("X-A: caf\u00e9\r\n" + LENGTH, BODY)),
        handled("HTTP/1.0", "POST /x HTTP/1.0\r\nContent-Length: 2\r\n\r\nab"),
        handled("absolute form", line("GET http://x/v1/models HTTP/1.1")),
        handled("absolute form without path", line("GET http://X HTTP/1.1")),
        handled("server-wide options", line("OPTIONS * HTTP/1.1")),
        handled("method that nobody knows", line("BREW /pot HTTP/1.1")),
        new Case("expect", post(LENGTH + "Expect: 100-continue\r\n", BODY), "200", 1),
        new Case("two pipelined", post(LENGTH, BODY) + post(LENGTH, BODY), "200 200", 2),
        new Case(
            "three pipelined, the last malformed",
            post(LENGTH, BODY) + chunked(CHUNKS) + post("Content-Length: x\r\n", ""),
            "200 200 400",
            2),
        new Case(
            "body that looks like a request",
            post("Content-Length: " + line("GET /x HTTP/1.1").length() + "\r\n", "")
                + line("GET /x HTTP/1.1"),
            "200",
            1));
  }

  private static List<Case> framing() {
    String three = "\r\nContent-Length: 3\r\n";
    return List.of(
        refused("length and chunks", 400, post(LENGTH + CHUNKED, CHUNKS)),
        refused("chunks and length", 400, post(CHUNKED + LENGTH, CHUNKS)),
        refused("two lengths", 400, post("Content-Length: 5" + three, BODY)),
        refused("two equal lengths", 400, post("Content-Length: 3" + three, "abc")),
        refused("length with plus", 400, post("Content-Length: +3\r\n", "abc")),
        refused("length list", 400, post("Content-Length: 3, 3\r\n", "abc")),
        refused("negative length", 400, post("Content-Length: -1\r\n", "")),
        refused("hexadecimal length", 400, post("Content-Length: 0x3\r\n", "abc")),
        refused("length with a space", 400, post("Content-Length: 3 3\r\n", "abc")),
        refused("empty length", 400, post("Content-Length:\r\n", "")),
        refused("length beyond a long", 400, post("Content-Length: 99999999999999999999\r\n", "")),
        refused("unknown encoding", 400, post("Transfer-Encoding: xchunked\r\n", CHUNKS)),
        refused("two encodings", 400, post("Transfer-Encoding: gzip, chunked\r\n", CHUNKS)),
        refused("chunked not last", 400, post("Transfer-Encoding: chunked, identity\r\n", CHUNKS)),
        refused("encoding twice", 400, post(CHUNKED + CHUNKED, CHUNKS)),
        refused("identity", 400, post("Transfer-Encoding: identity\r\n", "")),
        refused("quoted chunked", 400, post("Transfer-Encoding: \"chunked\"\r\n", CHUNKS)),
        refused("chunked with form feed", 400, post("Transfer-Encoding: \fchunked\r\n", CHUNKS)),
        refused(
            "chunked on 1.0",
            400,
            "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        refused("other expectation", 417, post(LENGTH + "Expect: tea\r\n", BODY)));
  }

  private static List<Case> fields() {
    String many =
        String.join("", IntStream.range(0, 101).mapToObj(i -> "X-" + i + ": y\r\n").toList());
    return List.of(
        refused("space before colon", 400, post("Content-Length : 3\r\n", "abc")),
        refused("tab before colon", 400, post("Content-Length\t: 3\r\n", "abc")),
        refused("continuation line", 400, post("X-A: b\r\n folded\r\n" + LENGTH, BODY)),
        refused("continuation at once", 400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        refused("line without colon", 400, post("nonsense\r\n" + LENGTH, BODY)),
        refused("empty name", 400, post(": a\r\n" + LENGTH, BODY)),
        refused("name with brackets", 400, post("X(a): b\r\n" + LENGTH, BODY)),
        refused("name beyond ASCII", 400, post("X\u00e9: b\r\n" + LENGTH, BODY)),
        refused("NUL in a value", 400, post("X-A: a\0b\r\n" + LENGTH, BODY)),
        refused("NUL in a name", 400, post("X\0A: b\r\n" + LENGTH, BODY)),
        refused("CR in a value", 400, post("X-A: a\rb\r\n" + LENGTH, BODY)),
        refused("two CR", 400, post("X-A: a\r\r\n" + LENGTH, BODY)),
        refused("escape in a value", 400, post("X-A: \u001b[1m\r\n" + LENGTH, BODY)),
        refused("DEL in a value", 400, post("X-A: \u007f\r\n" + LENGTH, BODY)),
        refused("bare LF everywhere", 400, post(LENGTH, BODY).replace("\r\n", "\n")),
        refused("one bare LF", 400, post("X-A: b\n" + LENGTH, BODY)),
        refused("LF before the end", 400, "GET / HTTP/1.1\r\nHost: x\r\n\n"),
        refused("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
        refused("two hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        refused("host list", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        refused("host with user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        refused("host with path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        refused("101 fields", 431, post(many, "")),
        refused("long value", 431, post("X-A: " + "a".repeat(40_000) + "\r\n", "")),
        refused(
            "endless head",
            431,
            "GET / HTTP/1.1\r\n"
                + "X-A: aaaaaaaaaaaaaaaaa\r\n".repeat(99)
                + "X: "
                + "a".repeat(64_000)));
  }

  private static List<Case> requestLines() {
    return List.of(
        refused("long target", 414, line("GET /" + "a".repeat(9_000) + " HTTP/1.1")),
        refused("endless target", 414, "GET /" + "a".repeat(9_000)),
        refused("lower-case version", 400, line("GET / http/1.1")),
        refused("version 2", 400, line("GET / HTTP/2.0")),
        refused("version 1.2", 400, line("GET / HTTP/1.2")),
        refused("version 1.10", 400, line("GET / HTTP/1.10")),
        refused("no version", 400, line("GET /")),
        refused("two spaces", 400, line("GET  / HTTP/1.1")),
        refused("space in the target", 400, line("GET /a b HTTP/1.1")),
        refused("trailing space", 400, line("GET / HTTP/1.1 ")),
        refused("leading space", 400, line(" GET / HTTP/1.1")),
        refused("tab between", 400, line("GET\t/ HTTP/1.1")),
        refused("method with brackets", 400, line("GE(T / HTTP/1.1")),
        refused("fragment", 400, line("GET /a#b HTTP/1.1")),
        refused("target beyond ASCII", 400, line("GET /\u00e9 HTTP/1.1")),
        refused("target without slash", 400, line("GET a HTTP/1.1")),
        refused("star", 400, line("GET * HTTP/1.1")),
        refused("tunnel", 400, line("CONNECT x:443 HTTP/1.1")),
        refused("absolute form of another host", 400, line("GET http://y/ HTTP/1.1")),
        refused("absolute form with user", 400, line("GET http://u@x/ HTTP/1.1")),
        refused("absolute form without host", 400, line("GET http:///a HTTP/1.1")),
        refused("absolute form of another scheme", 400, line("GET ftp://x/a HTTP/1.1")),
        refused("leading empty line", 400, "\r\n" + line("GET / HTTP/1.1")),
        refused(
            "TLS",
            400,
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + "\0".repeat(200)),
        refused("HTTP/2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  }

  private static List<Case> chunks() {
    String big = "f4240\r\n" + "a".repeat(2_000);
    return List.of(
        refused("bare LF after a size", 400, chunked("3\nabc\r\n0\r\n\r\n")),
        refused("bare LF after the data", 400, chunked("3\r\nabc\n0\r\n\r\n")),
        refused("data longer than its size", 400, chunked("3\r\nabcd\r\n0\r\n\r\n")),
        refused("size with sign", 400, chunked("+3\r\nabc\r\n0\r\n\r\n")),
        refused("size with prefix", 400, chunked("0x3\r\nabc\r\n0\r\n\r\n")),
        refused("size with space", 400, chunked("3 \r\nabc\r\n0\r\n\r\n")),
        refused("empty size", 400, chunked("\r\nabc\r\n0\r\n\r\n")),
        refused("size beyond an int", 400, chunked("ffffffff\r\nabc\r\n0\r\n\r\n")),
        refused("long extension", 400, chunked("3;" + "a".repeat(9_000) + "\r\nabc\r\n0\r\n\r\n")),
        refused("control in an extension", 400, chunked("3;a\0\r\nabc\r\n0\r\n\r\n")),
        refused("LF in an extension", 400, chunked("3;a\nabc\r\n0\r\n\r\n")),
        refused(
            "long trailers", 400, chunked("0\r\n" + "X-A: bbbbbbbbbb\r\n".repeat(600) + "\r\n")),
        refused("bare LF in trailers", 400, chunked("0\r\nX: y\n\r\n")),
        refused("folded trailer", 400, chunked("0\r\n X: y\r\n\r\n")),
        refused("announced too large", 413, post("Content-Length: 100001\r\n", "")),
        refused("counted too large", 413, chunked(big.repeat(1) + "a".repeat(100_000))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersTo(Case hostile) throws Exception {
    check(hostile, Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersToPieces(Case hostile) throws Exception {
    check(hostile, hostile.raw.length() > 2_000 ? 997 : 1);
  }

  private static void check(Case hostile, int pieceLength) throws Exception {
    fixture.requests.clear();
    long refusedBefore = fixture.edge.counts().refusedHeads();
    try (RawSocket client = fixture.connect()) {
      String raw = hostile.raw;
      for (int at = 0; at < raw.length(); at += Math.min(pieceLength, raw.length())) {
        int end = (int) Math.min((long) at + pieceLength, raw.length());
        client.send(raw.substring(at, end));
      }
      client.socket().shutdownOutput();
      List<String> statuses = STATUS.matcher(client.rest()).results().map(r -> r.group(1)).toList();
      assertThat(statuses.stream().filter(s -> !s.equals("100")).toList())
          .containsExactly(hostile.statuses.split(" ", -1));
    }
    assertThat(fixture.requests).hasSize(hostile.reached);
    assertThat(fixture.edge.counts().refusedHeads() - refusedBefore).isBetween(0L, 1L);
  }
}
