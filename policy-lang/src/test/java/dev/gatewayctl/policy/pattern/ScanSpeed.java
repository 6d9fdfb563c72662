package dev.gatewayctl.policy.pattern;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/// Measures scans, by hand: `ScanSpeed [FOLDER|- [MEGABYTES [PATTERNS]]]` reads text files below a
/// folder, cut into prompts of 2,000 bytes; without one it makes prose and code up. More patterns
/// than are listed are made up too: keys with a fixed head, and a vendor's name with a value. One
/// thread, processor time.
public final class ScanSpeed {
  private static final int PROMPT_BYTES = 2000;

  /// The kinds of pattern that detectors have: keys with fixed heads, keyword and value, shapes of
  /// personal data, addresses.
  static final List<String> DETECTORS =
      List.of(
          "\\bAKIA[A-Z2-7]{16}\\b",
          "\\b(?:A3T[A-Z0-9]|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b",
          "\\bghp_[0-9a-zA-Z]{36}\\b",
          "\\bgh[ousr]_[0-9a-zA-Z]{36}\\b",
          "\\bgithub_pat_\\w{82}\\b",
          "\\bglpat-[\\w-]{20}\\b",
          "\\bxox[baprs]-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*",
          "https://hooks\\.slack\\.com/services/[A-Za-z0-9+/]{43,46}",
          "\\bsk-ant-api03-[\\w-]{93}AA\\b",
          "\\bsk-(?:proj-|svcacct-)?[\\w-]{20,74}T3BlbkFJ[\\w-]{20,74}\\b",
          "\\bsk_live_[0-9a-zA-Z]{24,99}\\b",
          "\\brk_(?:live|test)_[0-9a-zA-Z]{24,99}\\b",
          "\\bAIza[\\w-]{35}\\b",
          "\\bya29\\.[\\w-]{20,}",
          "\\bSG\\.[\\w-]{22}\\.[\\w-]{43}\\b",
          "\\bnpm_[a-z0-9A-Z]{36}\\b",
          "\\bpypi-AgEIcHlwaS5vcmc[\\w-]{50,}",
          "\\bdop_v1_[a-f0-9]{64}\\b",
          "\\bshpat_[a-fA-F0-9]{32}\\b",
          "\\bhvs\\.[\\w-]{90,120}\\b",
          "\\beyJ[\\w-]{10,500}\\.eyJ[\\w-]{10,}",
          "-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*",
          "\\bAccountKey=[A-Za-z0-9+/]{86}==",
          "\\bey[\\w-]{17,200}\\.ey[\\w/\\\\-]{17,200}\\.[\\w/\\\\-]{10,200}={0,2}",
          "\\bdapi[a-f0-9]{32}(?:-\\d)?\\b",
          "\\bhf_[a-zA-Z]{34}\\b",
          "\\bATATT3[A-Za-z0-9_=-]{186}\\b",
          "\\bdp\\.pt\\.[a-z0-9]{43}\\b",
          "\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\\b",
          "\\bkey-[a-f0-9]{32}\\b",
          "\\b[0-9]{8,10}:AA[\\w-]{33}\\b",
          "(?i)[\\w.-]{0,50}?(?:api|access|auth|secret|token|passw|pwd|credential)[\\w.-]{0,20}"
              + "[\\s'\"]{0,3}(?:=|:|=>|:=)[\\s'\"=]{0,5}[\\w.=/+-]{10,150}",
          "(?i)(?:twilio|mailgun|heroku|datadog)[\\w"
              + " .-]{0,20}['\"\\s]{0,3}[=:]['\"\\s]{0,3}[a-f0-9]{32}\\b",
          "(?i)\\baws[\\w .-]{0,20}(?:secret|key)[\\w .-]{0,20}['\"\\s:=]{1,5}[A-Za-z0-9/+]{40}\\b",
          "(?i)\\bbearer\\s{1,3}[\\w.~+/-]{20,200}=*",
          "(?i)\\bbasic\\s{1,3}[a-z0-9+/]{16,200}={0,2}",
          "\\b[a-z][a-z0-9+.-]{1,20}://[^\\s:/@]{1,64}:[^\\s:/@]{1,64}@[\\w.-]{1,128}",
          "\\b[\\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}\\b",
          "\\b(?:\\d[ -]?){12,18}\\d\\b",
          "\\b\\d{3}-\\d{2}-\\d{4}\\b",
          "\\b9\\d{2}-[5-9]\\d-\\d{4}\\b",
          "\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\\b",
          "\\b(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\b",
          "\\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\\b",
          "\\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\\b",
          "\\+\\d{1,3}[ .-]?(?:\\(?\\d{1,4}\\)?[ .-]?){2,5}\\d{2,4}\\b",
          "\\(?\\b[2-9]\\d{2}\\)?[ .-]?[2-9]\\d{2}[ .-]?\\d{4}\\b",
          "\\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]\\b",
          "\\b\\d{3} ?\\d{3} ?\\d{4}\\b",
          "\\b[XYZ]?\\d{7,8}[A-Z]\\b",
          "\\b[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]\\b",
          "\\b[12]\\d{2}(?:0[1-9]|1[0-2])\\d{2}\\d{3}\\d{3}\\d{2}\\b",
          "\\b\\d{2}[0-1]\\d[0-3]\\d[ +-]?\\d{4}\\b",
          "\\b[A-Z]{5}\\d{4}[A-Z]\\b",
          "\\b[2-9]\\d{3} ?\\d{4} ?\\d{4}\\b",
          "\\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\\b",
          "\\b0x[a-fA-F0-9]{40}\\b",
          "\\b(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}\\b",
          "\\b[A-HJ-NPR-Z0-9]{17}\\b",
          "\\b(?:19|20)\\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])\\b",
          "\\b(?:0?[1-9]|[12]\\d|3[01])[./](?:0?[1-9]|1[0-2])[./](?:19|20)\\d{2}\\b",
          "(?i)\\bignore\\s{1,4}(?:all\\s{1,4})?(?:previous|prior|above)\\s{1,4}instructions?\\b",
          "(?i)\\byou\\s{1,4}are\\s{1,4}now\\s{1,4}(?:dan|in\\s{1,4}developer\\s{1,4}mode)\\b",
          "(?i)\\b(?:reveal|print|show|repeat)\\s{1,4}(?:me\\s{1,4})?your\\s{1,4}(?:system\\s{1,4})?prompt\\b");

  private ScanSpeed() {}

  public static void main(String[] args) throws IOException {
    int bytes = (args.length > 1 ? Integer.parseInt(args[1]) : 8) * 1_000_000;
    List<byte[]> prompts =
        args.length > 0 && !args[0].equals("-") ? read(Path.of(args[0]), bytes) : invented(bytes);
    List<String> sources =
        detectors(args.length > 2 ? Integer.parseInt(args[2]) : DETECTORS.size());
    long before = System.nanoTime();
    List<Pattern> patterns = sources.stream().map(PatternFindTest::pattern).toList();
    PatternSet set = PatternSet.of(patterns);
    line("%d patterns, built in %.0f ms", patterns.size(), (System.nanoTime() - before) / 1e6);
    long[] offers = new long[patterns.size()];
    Matches count =
        (pattern, _, _, _, _) -> {
          offers[pattern]++;
          return true;
        };
    Matches refuse =
        (pattern, _, _, _, _) -> {
          offers[pattern]++;
          return false;
        };
    report("whole, taken", prompts, prompt -> set.scan(prompt, 0, prompt.length, count));
    Arrays.fill(offers, 0);
    report("whole, refused", prompts, prompt -> set.scan(prompt, 0, prompt.length, refuse));
    long[] held = new long[3];
    for (int piece : new int[] {4, 16, 64, 1024}) {
      Arrays.fill(held, 0);
      report(
          "pieces of " + piece,
          prompts,
          prompt -> {
            StreamScan stream = set.stream(count);
            for (int at = 0; at < prompt.length; at += piece) {
              stream.append(prompt, at, Math.min(prompt.length, at + piece));
              long hold = Math.min(prompt.length, at + piece) - stream.settled();
              held[0] += hold;
              held[1]++;
              held[2] = Math.max(held[2], hold);
            }
            stream.end();
          });
      line("  held back: mean %.2f, most %d bytes", (double) held[0] / held[1], held[2]);
    }
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    line("heap %.1f MB", (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    Arrays.fill(offers, 0);
    prompts.forEach(prompt -> set.scan(prompt, 0, prompt.length, count));
    for (int i = 0; i < offers.length; i++) {
      if (offers[i] > 50) {
        line("  %d offers: %s", offers[i], sources.get(i));
      }
    }
  }

  private static List<String> detectors(int count) {
    Random random = new Random(9);
    List<String> sources = new ArrayList<>(DETECTORS);
    while (sources.size() < count) {
      StringBuilder name = new StringBuilder();
      for (int i = 4 + random.nextInt(5); i > 0; i--) {
        name.append((char) ('a' + random.nextInt(26)));
      }
      int length = 20 + random.nextInt(45);
      sources.add(
          random.nextInt(3) > 0
              ? "\\b" + name + "_[A-Za-z0-9]{" + length + "}\\b"
              : "(?i)"
                  + name
                  + "[\\w .-]{0,20}['\"\\s]{0,3}[=:]['\"\\s]{0,3}[a-z0-9]{"
                  + length
                  + "}\\b");
    }
    return sources;
  }

  private interface Scan {
    void run(byte[] prompt);
  }

  private static void report(String name, List<byte[]> prompts, Scan scan) {
    long total = prompts.stream().mapToLong(prompt -> prompt.length).sum();
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] rates = new double[7];
    long[] nanos = new long[prompts.size()];
    double allocated = 0;
    for (int round = 0; round < rates.length; round++) {
      long bytesBefore = threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        scan.run(prompts.get(i));
        nanos[i] = System.nanoTime() - start;
      }
      rates[round] = total * 1e3 / (threads.getCurrentThreadCpuTime() - before);
      allocated =
          (double) (threads.getCurrentThreadAllocatedBytes() - bytesBefore) / prompts.size();
    }
    Arrays.sort(nanos);
    double first = rates[0];
    Arrays.sort(rates);
    line(
        "%-16s %6.1f MB/s median (first round %.1f), a prompt p50 %.1f us p99 %.1f us,"
            + " %.0f bytes allocated",
        name,
        rates[rates.length / 2],
        first,
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length * 99 / 100] / 1e3,
        allocated);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static List<byte[]> read(Path folder, int bytes) throws IOException {
    List<byte[]> prompts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(
              file -> {
                try {
                  byte[] all = Files.readAllBytes(file);
                  int most = Math.min(all.length, 400_000);
                  for (int at = 0; at < most; at += PROMPT_BYTES) {
                    prompts.add(Arrays.copyOfRange(all, at, Math.min(most, at + PROMPT_BYTES)));
                  }
                } catch (IOException unreadable) {
                  throw new UncheckedIOException(unreadable);
                }
              });
    }
    java.util.Collections.shuffle(prompts, new Random(1));
    return prompts.subList(0, Math.min(prompts.size(), bytes / PROMPT_BYTES));
  }

  private static List<byte[]> invented(int bytes) {
    Random random = new Random(7);
    String[] syllables = {
      "ta", "ri", "no", "se", "la", "men", "tion", "re", "the", "ing", "un", "or", "der", "con"
    };
    String[] code = {
      "public static void ",
      "return ",
      " = new ",
      "();\n",
      " if (",
      ") {\n    ",
      "}\n",
      "import java.util.",
      "\"name\": \"",
      "\",\n",
      " 2024-05-17 ",
      " 0x1f ",
      "10.0.0.1",
      "mail@example.com ",
      "https://example.org/",
      " token = ",
      "12,500.75 "
    };
    List<byte[]> prompts = new ArrayList<>();
    for (int made = 0; made < bytes; made += PROMPT_BYTES) {
      StringBuilder text = new StringBuilder();
      while (text.length() < PROMPT_BYTES) {
        if (random.nextInt(9) == 0) {
          text.append(code[random.nextInt(code.length)]);
        } else {
          for (int k = 1 + random.nextInt(4); k > 0; k--) {
            text.append(syllables[random.nextInt(syllables.length)]);
          }
          text.append(random.nextInt(12) == 0 ? ". " : " ");
        }
      }
      prompts.add(text.substring(0, PROMPT_BYTES).getBytes(StandardCharsets.UTF_8));
    }
    return prompts;
  }
}
