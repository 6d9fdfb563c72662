package dev.gatewayctl.runtime.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/// A caller's connection: reads one request at a time, hands it to the service, and goes on with
/// the next when its answer was handed over and mostly sent, so that pipelined requests cannot pile
/// up answers.
final class ServerConnection extends Connection {
  /// Bytes of further requests that are read while one is answered.
  private static final int MAX_AHEAD = 64 * 1024;

  private static final int FIRST_BODY_BYTES = 64 * 1024;

  /// What is read and thrown away after a refusal, so that the caller sees the answer and not a
  /// reset; and for how long.
  private static final long MAX_LINGER_BYTES = 16L << 20;

  private static final long LINGER_NANOS = 2_000_000_000L;
  private static final byte[] NONE = {};

  /// No head is longer, as a rule.
  private static final int PIECE_BYTES = 8 * 1024;

  private enum State {
    /// Between requests.
    IDLE,
    HEAD,
    BODY,
    /// The service has it.
    BUSY,
    /// Answered; the next request waits until the answer is mostly sent.
    SENDING,
    /// Answered for the last time; unsent bytes go out.
    CLOSING,
    /// All sent and the output shut; input is read and dropped.
    LINGER,
    CLOSED
  }

  private final EdgeReactor reactor;
  private final HttpService service;
  private final HeadParser parser;
  private State state = State.IDLE;
  private boolean up;
  private boolean parsing;
  private boolean dropInput;
  private long deadline;
  private byte[] ahead = NONE;
  private int aheadLength;
  private @Nullable RequestHead head;
  private @Nullable ChunkDecoder chunks;
  private byte[] body = NONE;
  private int bodyLength;
  private @Nullable ServerExchange exchange;
  private @Nullable String remoteAddress;
  private final IOSession first;
  private long lingered;

  ServerConnection(EdgeReactor reactor, IOSession session, Worker worker, HttpService service) {
    super(session, worker);
    this.reactor = reactor;
    this.service = service;
    this.first = session;
    this.parser = HeadParser.within(reactor.settings().maxHeadBytes());
    this.deadline = worker.now() + reactor.settings().headDeadline().toNanos();
  }

  HttpEdge.Settings settings() {
    return reactor.settings();
  }

  boolean closing() {
    return reactor.draining();
  }

  boolean isInHandshake() {
    return !up && !isDead();
  }

  boolean isPastDeadline(long now) {
    return now - deadline > 0;
  }

  @Override
  void opened() {
    up = true;
    if (reactor.isOverCap()) {
      reactor.totals().overCap.increment();
      bare(503);
    }
  }

  @Override
  void received(byte[] bytes, int from, int to) throws IOException {
    if (state == State.LINGER || state == State.CLOSING || state == State.CLOSED || dropInput) {
      drop(to - from);
      return;
    }
    if (parsing || aheadLength > 0 || state == State.BUSY || state == State.SENDING) {
      keep(bytes, from, to);
      process(NONE, 0, 0);
    } else {
      process(bytes, from, to);
    }
  }

  /// A head is looked for in a first piece; the rest of a long body goes straight to its place.
  @Override
  void arrived(ByteBuffer input) throws IOException {
    while (input.hasRemaining()) {
      if (state == State.BODY && chunks == null && !parsing && aheadLength == 0) {
        takeBody(input);
      } else {
        int run = Math.min(input.remaining(), PIECE_BYTES);
        input.get(worker.inputBytes, 0, run);
        received(worker.inputBytes, 0, run);
      }
    }
  }

  private void takeBody(ByteBuffer input) {
    RequestHead parsed = current();
    int count = (int) Math.min(input.remaining(), parsed.length() - bodyLength);
    reserve(count, (int) parsed.length());
    input.get(body, bodyLength, count);
    bodyLength += count;
    if (bodyLength == parsed.length()) {
      dispatch(parsed);
    }
  }

  private void drop(int count) {
    lingered += count;
    if (lingered > MAX_LINGER_BYTES) {
      cut();
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    int count = to - from;
    if (ahead.length < aheadLength + count) {
      ahead = Arrays.copyOf(ahead, Math.max(aheadLength + count, ahead.length * 2));
    }
    System.arraycopy(bytes, from, ahead, aheadLength, count);
    aheadLength += count;
    if (aheadLength > MAX_AHEAD && (state == State.BUSY || state == State.SENDING)) {
      pauseReading(true);
    }
  }

  /// Consumes what was kept, or else these bytes, as far as the state allows; keeps the rest.
  private void process(byte[] bytes, int from, int to) throws IOException {
    if (parsing) {
      return;
    }
    parsing = true;
    try {
      boolean kept = aheadLength > 0;
      byte[] source = kept ? ahead : bytes;
      int at = kept ? 0 : from;
      int end = kept ? aheadLength : to;
      while (at < end) {
        int next = step(source, at, end);
        if (next == at) {
          break;
        }
        at = next;
      }
      if (state != State.CLOSED) {
        leave(kept, source, at, end);
      }
    } finally {
      parsing = false;
    }
  }

  private void leave(boolean kept, byte[] source, int at, int end) {
    if (kept) {
      aheadLength = end - at;
      if (aheadLength == 0) {
        ahead = NONE;
      } else if (at > 0) {
        System.arraycopy(source, at, ahead, 0, aheadLength);
      }
    } else if (at < end) {
      keep(source, at, end);
    }
  }

  private int step(byte[] bytes, int at, int end) {
    return switch (state) {
      case IDLE, HEAD -> readHead(bytes, at, end);
      case BODY -> readBody(bytes, at, end);
      case BUSY, SENDING -> dropInput ? end : at;
      case CLOSING, LINGER, CLOSED -> end;
    };
  }

  private int readHead(byte[] bytes, int at, int end) {
    if (state == State.IDLE) {
      state = State.HEAD;
      parser.allow(settings().maxHeadBytes());
      deadline = worker.now() + settings().headDeadline().toNanos();
    }
    try {
      int bodyAt = parser.scan(bytes, at, end);
      if (bodyAt < 0) {
        return at;
      }
      head = HeadParser.request(bytes, at, bodyAt);
      startBody(head, end - bodyAt);
      return bodyAt;
    } catch (MalformedHead e) {
      reactor.totals().refusedHeads.increment();
      bare(e.status());
      return end;
    }
  }

  private void startBody(RequestHead parsed, int available) {
    reactor.totals().requests.increment();
    if (parsed.length() > settings().maxBodyBytes()) {
      refuse(parsed, HttpService.Refusal.BODY_TOO_LARGE);
      return;
    }
    bodyLength = 0;
    if (parsed.length() == 0) {
      body = NONE;
      dispatch(parsed);
      return;
    }
    state = State.BODY;
    deadline = worker.now() + settings().bodyDeadline().toNanos();
    chunks = parsed.length() == RequestHead.CHUNKED ? new ChunkDecoder() : null;
    long likely = chunks != null ? available : parsed.length();
    body = new byte[(int) Math.min(likely, Math.max(available, FIRST_BODY_BYTES))];
    if (parsed.expectsContinue() && available == 0) {
      out.append("HTTP/1.1 100 Continue\r\n\r\n");
      flushLater();
    }
  }

  private int readBody(byte[] bytes, int at, int end) {
    RequestHead parsed = current();
    ChunkDecoder decoder = chunks;
    if (decoder == null) {
      int count = (int) Math.min(end - at, parsed.length() - bodyLength);
      store(bytes, at, at + count, (int) parsed.length());
      if (bodyLength == parsed.length()) {
        dispatch(parsed);
      }
      return at + count;
    }
    int dataEnd = decoder.decode(bytes, at, end);
    if (decoder.malformed()) {
      refuse(parsed, HttpService.Refusal.BODY_MALFORMED);
      return end;
    }
    if (bodyLength + (dataEnd - at) > settings().maxBodyBytes()) {
      refuse(parsed, HttpService.Refusal.BODY_TOO_LARGE);
      return end;
    }
    store(bytes, at, dataEnd, settings().maxBodyBytes());
    int consumed = decoder.consumed();
    if (decoder.done()) {
      dispatch(parsed);
    }
    return consumed;
  }

  private RequestHead current() {
    RequestHead parsed = head;
    if (parsed == null) {
      throw new IllegalStateException("no head was read");
    }
    return parsed;
  }

  private void store(byte[] bytes, int from, int to, int most) {
    int count = to - from;
    reserve(count, most);
    System.arraycopy(bytes, from, body, bodyLength, count);
    bodyLength += count;
  }

  private void reserve(int count, int most) {
    if (body.length < bodyLength + count) {
      long doubled = Math.min(2L * body.length, most);
      body = Arrays.copyOf(body, (int) Math.max(doubled, bodyLength + count));
    }
  }

  private void dispatch(RequestHead parsed) {
    byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
    start(parsed, parsed.keepAlive());
    ServerExchange started = exchange;
    HttpService.Request request = new HttpService.Request(parsed, whole, remoteAddress());
    if (started != null && !guarded(() -> service.handle(request, started))) {
      started.failed();
    }
  }

  private void refuse(RequestHead parsed, HttpService.Refusal refusal) {
    dropInput = true;
    start(parsed, false);
    ServerExchange started = exchange;
    HttpService.Request request = new HttpService.Request(parsed, NONE, remoteAddress());
    if (started != null && !guarded(() -> service.refused(request, refusal, started))) {
      started.failed();
    }
  }

  private void start(RequestHead parsed, boolean keepAlive) {
    state = State.BUSY;
    body = NONE;
    head = null;
    chunks = null;
    exchange = new ServerExchange(this, parsed, keepAlive);
  }

  private String remoteAddress() {
    String known = remoteAddress;
    if (known == null) {
      known =
          first.getRemoteAddress() instanceof InetSocketAddress address
                  && address.getAddress() != null
              ? address.getAddress().getHostAddress()
              : "";
      remoteAddress = known;
    }
    return known;
  }

  /// An answer of the edge itself, after which the connection closes.
  private void bare(int status) {
    out.append(StatusLine.of(status));
    out.append(worker.date());
    out.append("content-length: 0\r\nconnection: close\r\n\r\n");
    state = State.CLOSING;
    deadline = worker.now() + LINGER_NANOS;
    flushLater();
  }

  /// The exchange has handed over its whole answer.
  void answered(boolean keepAlive) {
    exchange = null;
    if (!keepAlive || closing()) {
      state = State.CLOSING;
      deadline = worker.now() + settings().idle().toNanos();
      flushLater();
      return;
    }
    state = State.SENDING;
    flushLater();
    if (out.pending() <= HttpEdge.HIGH_WATER) {
      nextRequest();
    }
  }

  private void nextRequest() {
    state = State.IDLE;
    deadline = worker.now() + settings().idle().toNanos();
    pauseReading(false);
    if (aheadLength > 0) {
      try {
        process(NONE, 0, 0);
      } catch (IOException e) {
        cut();
      }
    }
  }

  @Override
  void progressed() {
    if (exchange != null) {
      exchange.drained();
    } else if (state == State.SENDING && out.pending() <= HttpEdge.HIGH_WATER) {
      nextRequest();
    }
  }

  @Override
  void flushed() {
    progressed();
    if (state != State.CLOSING || out.pending() > 0) {
      return;
    }
    state = State.LINGER;
    deadline = worker.now() + LINGER_NANOS;
    pauseReading(false);
    try {
      if (!shutdownOutput()) {
        sayFarewell();
      }
    } catch (IOException e) {
      cut();
    }
  }

  /// A caller that closes while it is owed an answer is gone (a half-closed one too, as with other
  /// proxies); an answer that is complete already still goes out.
  @Override
  void ended() {
    if (state == State.SENDING) {
      state = State.CLOSING;
      deadline = worker.now() + settings().idle().toNanos();
    }
    if (state == State.CLOSING && out.pending() > 0) {
      pauseReading(true);
    } else if (state == State.BUSY || state == State.HEAD || state == State.BODY) {
      cut();
    } else {
      finish();
    }
  }

  @Override
  void tick(long now) {
    if (state == State.BUSY || state == State.SENDING || state == State.CLOSING) {
      if (stalledNanos(now) > settings().idle().toNanos()) {
        cut();
      }
      return;
    }
    if (now - deadline < 0) {
      return;
    }
    switch (state) {
      case HEAD -> {
        reactor.totals().slowHeads.increment();
        bare(408);
      }
      case BODY -> refuse(current(), HttpService.Refusal.BODY_TIMEOUT);
      case IDLE, LINGER -> cut();
      case BUSY, SENDING, CLOSING, CLOSED -> {}
    }
  }

  /// Closes if no request is on its way.
  void closeIfIdle() {
    if (state == State.IDLE && aheadLength == 0) {
      finish();
    }
  }

  @Override
  void lost(@Nullable Exception cause, boolean unsent) {
    state = State.CLOSED;
    ahead = NONE;
    aheadLength = 0;
    body = NONE;
    reactor.closed(this);
    ServerExchange running = exchange;
    exchange = null;
    if (running != null) {
      running.gone();
    }
  }

  @Override
  void fault(Throwable fault) {
    reactor.settings().faults().accept(fault);
  }
}
