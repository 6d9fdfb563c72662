package dev.gatewayctl.runtime.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What finding the end of a head and reading its fields costs.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadParserBenchmark {
  private static final byte[] HEAD =
      """
      POST /v1/chat/completions HTTP/1.1\r
      host: 127.0.0.1:8080\r
      accept: application/json\r
      accept-encoding: gzip, deflate\r
      authorization: Bearer gk_example00000000000000000000000000000000\r
      content-type: application/json\r
      content-length: 1024\r
      user-agent: OpenAI/Python 2.3.0\r
      x-stainless-arch: x64\r
      x-stainless-async: false\r
      x-stainless-lang: python\r
      x-stainless-os: Linux\r
      x-stainless-retry-count: 0\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  private final HeadParser parser = HeadParser.within(64 << 10);

  @Benchmark
  public Object request() throws MalformedHead {
    int end = parser.scan(HEAD, 0, HEAD.length);
    return HeadParser.request(HEAD, 0, end);
  }
}
