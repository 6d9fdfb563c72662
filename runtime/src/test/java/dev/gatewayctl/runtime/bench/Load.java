package dev.gatewayctl.runtime.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;

/// Asks the same thing over and over on a fixed number of connections, from one thread: as fast as
/// answers come, or at a constant rate. At a constant rate an answer's time counts from when its
/// request was due, not from when a connection was free for it.
final class Load {
  private static final int READ_BYTES = 128 << 10;
  private static final int MOST_SAMPLES = 1 << 22;
  private static final long PAUSE_NANOS = 100_000;
  private static final byte[] FINE =
      "HTTP/1.1 200".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

  private final Plan plan;
  private final ByteBuffer reading = ByteBuffer.allocateDirect(READ_BYTES);
  private final Deque<Caller> idle = new ArrayDeque<>();
  private int[] micros = new int[1 << 16];
  private int done;
  private int wrong;

  /// What is asked.
  ///
  /// @param ratePerSecond 0 for as fast as answers come
  record Plan(int port, ByteBuffer request, int connections, double seconds, int ratePerSecond) {}

  /// What came of it.
  ///
  /// @param wrong answers other than 200, and connections that ended
  /// @param p50Micros the median time to the end of an answer
  record Outcome(int done, int wrong, double seconds, int p50Micros, int p99Micros) {
    double perSecond() {
      return done / seconds;
    }
  }

  private Load(Plan plan) {
    this.plan = plan;
  }

  static Outcome run(Plan plan) throws IOException {
    return new Load(plan).run();
  }

  private Outcome run() throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < plan.connections(); i++) {
        idle.add(new Caller(selector));
      }
      long begin = System.nanoTime();
      long end = begin + (long) (plan.seconds() * 1e9);
      if (plan.ratePerSecond() == 0) {
        while (!idle.isEmpty()) {
          idle.remove().ask(System.nanoTime());
        }
        while (System.nanoTime() < end) {
          selector.select(1000);
          read(selector, true);
        }
      } else {
        atRate(selector, begin, end);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      return outcome(seconds);
    }
  }

  private void atRate(Selector selector, long begin, long end) throws IOException {
    double interval = 1e9 / plan.ratePerSecond();
    long asked = 0;
    long now = System.nanoTime();
    while (now < end) {
      long due = begin + (long) (asked * interval);
      while (due <= now && !idle.isEmpty()) {
        idle.remove().ask(due);
        asked++;
        due = begin + (long) (asked * interval);
      }
      if (selector.selectNow() > 0) {
        read(selector, false);
      } else {
        LockSupport.parkNanos(Math.clamp(due - now, 1, PAUSE_NANOS));
      }
      now = System.nanoTime();
    }
  }

  private void read(Selector selector, boolean again) throws IOException {
    Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
    while (ready.hasNext()) {
      Caller caller = (Caller) ready.next().attachment();
      ready.remove();
      if (caller.read()) {
        if (again) {
          caller.ask(System.nanoTime());
        } else {
          idle.add(caller);
        }
      }
    }
  }

  private void sample(long nanos) {
    if (done == micros.length && done < MOST_SAMPLES) {
      micros = Arrays.copyOf(micros, done * 2);
    }
    if (done < micros.length) {
      micros[done] = (int) Math.min(nanos / 1000, Integer.MAX_VALUE);
    }
    done++;
  }

  private Outcome outcome(double seconds) {
    int count = Math.min(done, micros.length);
    int[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    int p50 = count == 0 ? 0 : sorted[count / 2];
    int p99 = count == 0 ? 0 : sorted[(int) (count * 0.99)];
    return new Outcome(done, wrong, seconds, p50, p99);
  }

  /// One connection, which has at most one request under way.
  private final class Caller {
    private final SocketChannel channel;
    private final ByteBuffer request =
        ByteBuffer.allocateDirect(plan.request().remaining()).put(plan.request().duplicate());
    private final byte[] answer = new byte[READ_BYTES];
    private int length;
    private int messageEnd;
    private long due;

    Caller(Selector selector) throws IOException {
      channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    /// Loopback takes a request of the bench as a whole sooner or later: no need for interest in
    /// writing.
    void ask(long dueNanos) throws IOException {
      due = dueNanos;
      length = 0;
      messageEnd = 0;
      request.flip().limit(request.capacity());
      while (request.hasRemaining()) {
        channel.write(request);
      }
    }

    /// Whether the answer is complete.
    boolean read() throws IOException {
      reading.clear();
      int count = channel.read(reading);
      if (count < 0) {
        throw new IOException("the server closed a connection");
      }
      reading.flip();
      // Of a long answer only the head and the tail matter.
      if (length + count > answer.length) {
        System.arraycopy(answer, length - 16, answer, length / 2, 16);
        length = length / 2 + 16;
      }
      reading.get(answer, length, count);
      length += count;
      if (messageEnd == 0) {
        messageEnd = Http.messageEnd(answer, length);
      }
      if (messageEnd == 0 || length < messageEnd) {
        return false;
      }
      if (!Arrays.equals(answer, 0, FINE.length, FINE, 0, FINE.length)) {
        wrong++;
      }
      sample(System.nanoTime() - due);
      return true;
    }
  }
}
