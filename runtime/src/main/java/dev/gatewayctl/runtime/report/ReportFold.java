package dev.gatewayctl.runtime.report;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatewayctl.runtime.audit.AuditReader.LineFold;
import dev.gatewayctl.runtime.report.Report.Dimension;
import dev.gatewayctl.runtime.report.Report.Query;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Adds up the lines of one thread. Groups are found by the bytes of their keys: a line of a known
/// group makes no object.
final class ReportFold implements LineFold {
  /// Ends a key; neither occurs in UTF-8.
  private static final byte PRESENT = (byte) 0xff;

  private static final byte ABSENT = (byte) 0xfe;
  private static final int DAY_CHARACTERS = 10;
  private static final int HOUR_CHARACTERS = 13;

  private final Query query;
  private final boolean byRule;
  private final byte @Nullable [] since;
  private final byte @Nullable [] until;
  private final ExchangeScan scan = new ExchangeScan();
  private final ByteKeys groups = new ByteKeys();
  private final ByteKeys kinds = new ByteKeys();
  private final List<String> kindNames = new ArrayList<>();
  private final List<byte[]> groupKeys = new ArrayList<>();
  private final List<Totals> totals = new ArrayList<>();
  private final Totals total = new Totals();
  private byte[] key = new byte[256];
  private int keyLength;
  private boolean tooMany;

  ReportFold(Query query) {
    this.query = query;
    this.byRule = query.by().contains(Dimension.RULE);
    this.since = query.since().map(ReportFold::text).orElse(null);
    this.until = query.until().map(ReportFold::text).orElse(null);
  }

  /// The form in which records have times: text order is time order.
  static byte[] text(Instant time) {
    Instant cut = time.truncatedTo(ChronoUnit.MILLIS);
    String text = cut.toString();
    String seconds = text.substring(0, text.length() - 1);
    return ((seconds.length() == 19 ? seconds + ".000" : seconds) + "Z").getBytes(US_ASCII);
  }

  @Override
  public @Nullable String line(byte[] bytes, int from, int to) {
    String reason = scan.read(bytes, from, to);
    if (reason != null || !scan.isExchange() || tooMany || !inTime()) {
      return reason;
    }
    add(total);
    if (byRule && scan.rules() > 0) {
      for (int rule = 0; rule < scan.rules(); rule++) {
        if (!repeats(rule)) {
          add(group(rule));
        }
      }
    } else {
      add(group(-1));
    }
    return null;
  }

  /// Whether the rule stands earlier in the record, for another phase.
  private boolean repeats(int rule) {
    for (int earlier = 0; earlier < rule; earlier++) {
      if (scan.sameRule(earlier, rule)) {
        return true;
      }
    }
    return false;
  }

  private boolean inTime() {
    return (since == null || scan.compareTime(since) >= 0)
        && (until == null || scan.compareTime(until) < 0);
  }

  private Totals group(int rule) {
    keyLength = 0;
    for (Dimension dimension : query.by()) {
      switch (dimension) {
        case TEAM -> put(ExchangeScan.TEAM);
        case APP -> put(ExchangeScan.APP);
        case USER -> put(ExchangeScan.USER);
        case MODEL -> put(ExchangeScan.MODEL);
        case PROVIDER -> put(ExchangeScan.PROVIDER);
        case DAY -> put(scan.source(), scan.from(ExchangeScan.TIME), DAY_CHARACTERS);
        case HOUR -> put(scan.source(), scan.from(ExchangeScan.TIME), HOUR_CHARACTERS);
        case RULE -> {
          if (rule < 0) {
            end(ABSENT);
          } else {
            put(scan.source(), scan.ruleFrom(rule), scan.ruleTo(rule) - scan.ruleFrom(rule));
          }
        }
      }
    }
    int known = groups.size();
    int number = groups.number(key, 0, keyLength);
    if (number == known) {
      groupKeys.add(Arrays.copyOf(key, keyLength));
      totals.add(new Totals());
      tooMany = totals.size() > Report.MOST_ROWS;
    }
    return totals.get(number);
  }

  private void put(int field) {
    if (scan.has(field)) {
      put(scan.source(), scan.from(field), scan.to(field) - scan.from(field));
    } else {
      end(ABSENT);
    }
  }

  private void put(byte[] source, int from, int length) {
    if (keyLength + length + 1 > key.length) {
      key = Arrays.copyOf(key, (keyLength + length + 1) * 2);
    }
    System.arraycopy(source, from, key, keyLength, length);
    keyLength += length;
    end(PRESENT);
  }

  private void end(byte mark) {
    if (keyLength == key.length) {
      key = Arrays.copyOf(key, keyLength * 2);
    }
    key[keyLength++] = mark;
  }

  private void add(Totals sums) {
    sums.exchanges++;
    if (scan.isDeny()) {
      if (scan.status() >= 500) {
        sums.failed++;
      } else if (isRefusal(scan.status())) {
        sums.refused++;
      } else {
        sums.denied++;
      }
    } else {
      sums.latencies.add(scan.latencyMillis());
      if (scan.isFailed()) {
        sums.failed++;
      }
    }
    sums.inputTokens += scan.inputTokens();
    sums.cachedTokens += scan.cachedTokens();
    sums.outputTokens += scan.outputTokens();
    if (scan.costNanos() >= 0) {
      sums.costNanos += scan.costNanos();
    } else if (scan.inputTokens() + scan.outputTokens() > 0) {
      sums.unpriced++;
    }
    for (int i = 0; i < scan.findings(); i++) {
      sums.found(kindNumber(i), scan.findingCount(i));
    }
  }

  private int kindNumber(int finding) {
    int from = scan.findingFrom(finding);
    int to = scan.findingTo(finding);
    int number = kinds.number(scan.source(), from, to);
    if (number == kindNames.size()) {
      kindNames.add(new String(scan.source(), from, to - from, UTF_8));
    }
    return number;
  }

  private static boolean isRefusal(int status) {
    return switch (status) {
      case 400, 405, 408, 413, 414, 415, 431 -> true;
      default -> false;
    };
  }

  boolean hasTooMany() {
    return tooMany;
  }

  Totals total() {
    return total.name(kindNames);
  }

  /// The sums of every group by the values of its dimensions.
  Map<List<Optional<String>>, Totals> rows() {
    Map<List<Optional<String>>, Totals> rows = new HashMap<>();
    for (int i = 0; i < groupKeys.size(); i++) {
      rows.put(values(groupKeys.get(i)), totals.get(i).name(kindNames));
    }
    return rows;
  }

  private List<Optional<String>> values(byte[] bytes) {
    List<Optional<String>> values = new ArrayList<>();
    int from = 0;
    for (Dimension dimension : query.by()) {
      int at = from;
      while (bytes[at] != PRESENT && bytes[at] != ABSENT) {
        at++;
      }
      String text = new String(bytes, from, at - from, UTF_8);
      if (bytes[at] == ABSENT) {
        values.add(Optional.empty());
      } else {
        values.add(Optional.of(dimension == Dimension.HOUR ? text + ":00:00Z" : text));
      }
      from = at + 1;
    }
    return values;
  }
}
