package dev.gatewayctl.runtime.report;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads of a line what a report adds up.
///
/// The log writes members in one order and without white space, so a line is read by asking at each
/// place for the next member that may stand there, a few machine words each; strings are passed
/// over eight bytes at a time. A line that is written in any other way, by another program or with
/// an escape in a value that is used, is read by the reader of whole records, which also says what
/// is wrong with a line that is no record. The quick way does not look into what it passes over: it
/// holds a line to the order of its members, to the ends of its strings and to its brackets.
final class ExchangeScan {
  static final int TIME = 0;
  static final int TEAM = 1;
  static final int APP = 2;
  static final int USER = 3;
  static final int MODEL = 4;
  static final int PROVIDER = 5;
  private static final int FIELDS = 6;

  private static final int TIME_CHARACTERS = 24;

  private static final byte[] HEAD = ascii("{\"v\":1,\"type\":\"exchange\",\"id\":\"");
  private static final byte[] TIME_NAME = ascii(",\"time\":\"");
  private static final byte[] ENDED = ascii(",\"ended\":\"");
  private static final byte[] POLICY = ascii(",\"policy_digest\":\"");
  private static final byte[] SURFACE = ascii(",\"surface\":\"");
  private static final byte[] STREAM_TRUE = ascii(",\"stream\":true");
  private static final byte[] STREAM_FALSE = ascii(",\"stream\":false");
  private static final byte[] PRINCIPAL = ascii(",\"principal\":{");
  private static final byte[] IN_ORG = ascii("\"org\":\"");
  private static final byte[] IN_TEAM = ascii("\"team\":\"");
  private static final byte[] IN_APP = ascii("\"app\":\"");
  private static final byte[] IN_USER = ascii("\"user\":\"");
  private static final byte[] IN_KEY = ascii("\"key\":\"");
  private static final byte[] MODEL_NAME = ascii(",\"model\":\"");
  private static final byte[] TARGET = ascii(",\"target\":\"");
  private static final byte[] PROVIDER_NAME = ascii(",\"provider\":\"");
  private static final byte[] REGION = ascii(",\"region\":\"");
  private static final byte[] ALLOW = ascii(",\"decision\":\"allow\"");
  private static final byte[] DENY = ascii(",\"decision\":\"deny\"");
  private static final byte[] STATUS = ascii(",\"status\":");
  private static final byte[] CODE = ascii(",\"code\":\"");
  private static final byte[] REASON = ascii(",\"reason\":\"");
  private static final byte[] RULES = ascii(",\"rules\":[");
  private static final byte[] RULE_ID = ascii("{\"id\":\"");
  private static final byte[] TAGS = ascii(",\"tags\":");
  private static final byte[] FINDINGS = ascii(",\"findings\":[");
  private static final byte[] PHASE = ascii("{\"phase\":\"");
  private static final byte[] KIND = ascii(",\"kind\":\"");
  private static final byte[] DETECTOR = ascii(",\"detector\":\"");
  private static final byte[] LOCATION = ascii(",\"location\":\"");
  private static final byte[] LATEST_TRUE = ascii(",\"latest\":true");
  private static final byte[] LATEST_FALSE = ascii(",\"latest\":false");
  private static final byte[] COUNT = ascii(",\"count\":");
  private static final byte[] SCORE = ascii(",\"score\":");
  private static final byte[] SCORES = ascii(",\"scores\":");
  private static final byte[] SCANNED = ascii(",\"scanned\":");
  private static final byte[] MASKED = ascii(",\"masked\":");
  private static final byte[] STRIPPED = ascii(",\"stripped\":");
  private static final byte[] ATTEMPTS = ascii(",\"attempts\":");
  private static final byte[] USAGE = ascii(",\"usage\":{");
  private static final byte[] IN_INPUT = ascii("\"input\":");
  private static final byte[] IN_CACHED = ascii("\"cached\":");
  private static final byte[] IN_CACHE_WRITE = ascii("\"cache_write\":");
  private static final byte[] IN_CACHE_WRITE_1H = ascii("\"cache_write_1h\":");
  private static final byte[] IN_OUTPUT = ascii("\"output\":");
  private static final byte[] IN_REASONING = ascii("\"reasoning\":");
  private static final byte[] IN_ESTIMATED_TRUE = ascii("\"estimated\":true}");
  private static final byte[] IN_ESTIMATED_FALSE = ascii("\"estimated\":false}");
  private static final byte[] COST = ascii(",\"cost_nanos\":");
  private static final byte[] PRICE = ascii(",\"price_version\":\"");
  private static final byte[] LATENCY = ascii(",\"latency_ms\":");
  private static final byte[] FIRST_TOKEN = ascii(",\"first_token_ms\":");
  private static final byte[] OUTCOME = ascii(",\"outcome\":\"");
  private static final byte[] DIGEST = ascii(",\"input_digest\":\"");
  private static final byte[] FACTS = ascii(",\"facts\":");

  private final int[] from = new int[FIELDS];
  private final int[] to = new int[FIELDS];
  private int[] ruleRanges = new int[16];
  private int[] findingRanges = new int[16];
  private long[] findingCounts = new long[8];
  private byte[] source = new byte[0];
  private int rules;
  private int findings;
  private boolean exchange;
  private boolean deny;
  private boolean failed;
  private int status;
  private long input;
  private long cached;
  private long output;
  private long cost;
  private long latency;

  private final LineCursor line = new LineCursor();

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /// Reads a line.
  ///
  /// @return why it is no record, null when it is one
  @Nullable String read(byte[] bytes, int start, int stop) {
    clear();
    source = bytes;
    line.begin(bytes, start, stop);
    if (head() && decision() && lists() && tail()) {
      exchange = true;
      return null;
    }
    clear();
    return switch (AuditReader.parse(bytes, start, stop)) {
      case AuditReader.Parsed.Bad bad -> bad.reason();
      case AuditReader.Parsed.Good good -> {
        if (good.record() instanceof AuditRecord.Exchange whole) {
          take(whole.exchange());
        }
        yield null;
      }
    };
  }

  private void clear() {
    Arrays.fill(from, -1);
    rules = 0;
    findings = 0;
    exchange = false;
    deny = false;
    failed = false;
    status = 0;
    input = 0;
    cached = 0;
    output = 0;
    cost = -1;
    latency = 0;
  }

  private boolean head() {
    if (!(line.is(HEAD) && line.passString() && line.is(TIME_NAME))) {
      return false;
    }
    from[TIME] = line.at;
    to[TIME] = line.at + TIME_CHARACTERS;
    if (!(line.passString() && line.at == to[TIME] + 1 && line.byteAt(line.at - 2) == 'Z')) {
      return false;
    }
    return line.is(ENDED)
        && line.passString()
        && line.is(POLICY)
        && line.passString()
        && ifText(SURFACE)
        && (line.is(STREAM_TRUE) || line.is(STREAM_FALSE))
        && line.is(PRINCIPAL)
        && principal()
        && ifField(MODEL_NAME, MODEL)
        && ifText(TARGET)
        && ifField(PROVIDER_NAME, PROVIDER)
        && ifText(REGION);
  }

  private boolean principal() {
    return memberText(IN_ORG)
        && memberField(IN_TEAM, TEAM)
        && memberField(IN_APP, APP)
        && memberField(IN_USER, USER)
        && memberText(IN_KEY)
        && line.isByte('}');
  }

  private boolean decision() {
    deny = line.is(DENY);
    if (!(deny || line.is(ALLOW))) {
      return false;
    }
    long number = line.is(STATUS) ? line.number() : 0;
    status = (int) Math.min(number, 999);
    return number >= 0 && ifText(CODE) && ifText(REASON);
  }

  private boolean lists() {
    return line.is(RULES)
        && ruleList()
        && line.is(TAGS)
        && line.passNested()
        && line.is(FINDINGS)
        && findingList()
        && line.is(SCORES)
        && line.passNested()
        && line.is(SCANNED)
        && line.passNested()
        && line.is(MASKED)
        && line.passNested()
        && line.is(STRIPPED)
        && line.passNested()
        && line.is(ATTEMPTS)
        && line.passNested();
  }

  private boolean ruleList() {
    while (!line.isByte(']')) {
      if (rules > 0 && !line.isByte(',')) {
        return false;
      }
      int object = line.at;
      if (!line.is(RULE_ID)) {
        return false;
      }
      int start = line.at;
      if (!line.passPlainString()) {
        return false;
      }
      addRule(start, line.at - 1);
      line.at = object;
      if (!line.passNested()) {
        return false;
      }
    }
    return true;
  }

  private boolean findingList() {
    while (!line.isByte(']')) {
      if (findings > 0 && !line.isByte(',')) {
        return false;
      }
      if (!(line.is(PHASE) && line.passString() && line.is(KIND))) {
        return false;
      }
      int start = line.at;
      if (!line.passPlainString()) {
        return false;
      }
      int stop = line.at - 1;
      boolean inOrder =
          line.is(DETECTOR)
              && line.passString()
              && line.is(LOCATION)
              && line.passString()
              && (line.is(LATEST_TRUE) || line.is(LATEST_FALSE))
              && line.is(COUNT);
      long count = inOrder ? line.number() : -1;
      if (count < 0 || !line.is(SCORE)) {
        return false;
      }
      addFinding(start, stop, count);
      while (line.at < line.end && line.byteAt(line.at) != '}') {
        line.at++;
      }
      line.at++;
    }
    return true;
  }

  private boolean tail() {
    if (line.is(USAGE) && !usage()) {
      return false;
    }
    if (line.is(COST)) {
      cost = line.number();
      if (cost < 0) {
        return false;
      }
    }
    if (!(ifText(PRICE) && line.is(LATENCY))) {
      return false;
    }
    latency = line.number();
    if (latency < 0 || (line.is(FIRST_TOKEN) && line.number() < 0) || !line.is(OUTCOME)) {
      return false;
    }
    int start = line.at;
    if (!line.passPlainString()) {
      return false;
    }
    failed = isFailure(source, start, line.at - 1);
    return ifText(DIGEST)
        && line.is(FACTS)
        && line.passNested()
        && line.at == line.end - 1
        && line.byteAt(line.at) == '}';
  }

  private static boolean isFailure(byte[] bytes, int start, int stop) {
    int length = stop - start;
    return (length == 6 && bytes[start] == 'f') || (length == 15 && bytes[start] == 'u');
  }

  private boolean usage() {
    input = memberNumber(IN_INPUT);
    cached = memberNumber(IN_CACHED);
    memberNumber(IN_CACHE_WRITE);
    memberNumber(IN_CACHE_WRITE_1H);
    output = memberNumber(IN_OUTPUT);
    memberNumber(IN_REASONING);
    return (line.is(IN_ESTIMATED_TRUE) || line.is(IN_ESTIMATED_FALSE))
        && (input | cached | output) >= 0;
  }

  /// A member with a comma behind it, 0 when it is not there, negative when it is no whole number.
  private long memberNumber(byte[] name) {
    if (!line.is(name)) {
      return 0;
    }
    long number = line.number();
    return line.isByte(',') ? number : -1;
  }

  private boolean memberText(byte[] name) {
    return !line.is(name) || (line.passString() && comma());
  }

  private boolean memberField(byte[] name, int field) {
    if (!line.is(name)) {
      return true;
    }
    from[field] = line.at;
    if (!line.passPlainString()) {
      return false;
    }
    to[field] = line.at - 1;
    return comma();
  }

  /// The comma before the next member, or the line.end of the object, which stays.
  private boolean comma() {
    return line.isByte(',') || (line.at < line.end && line.byteAt(line.at) == '}');
  }

  private boolean ifText(byte[] name) {
    return !line.is(name) || line.passString();
  }

  private boolean ifField(byte[] name, int field) {
    if (!line.is(name)) {
      return true;
    }
    from[field] = line.at;
    if (!line.passPlainString()) {
      return false;
    }
    to[field] = line.at - 1;
    return true;
  }

  private void addRule(int start, int stop) {
    if (rules * 2 == ruleRanges.length) {
      ruleRanges = Arrays.copyOf(ruleRanges, ruleRanges.length * 2);
    }
    ruleRanges[rules * 2] = start;
    ruleRanges[rules * 2 + 1] = stop;
    rules++;
  }

  private void addFinding(int start, int stop, long count) {
    if (findings == findingCounts.length) {
      findingCounts = Arrays.copyOf(findingCounts, findings * 2);
      findingRanges = Arrays.copyOf(findingRanges, findings * 4);
    }
    findingRanges[findings * 2] = start;
    findingRanges[findings * 2 + 1] = stop;
    findingCounts[findings] = count;
    findings++;
  }

  /// Takes a record that was read the long way.
  private void take(ExchangeRecord record) {
    source = new byte[0];
    place(TIME, Optional.of(new String(text(record), US_ASCII)));
    place(TEAM, record.principal().team());
    place(APP, record.principal().app());
    place(USER, record.principal().user());
    place(MODEL, record.model());
    place(PROVIDER, record.provider());
    for (ExchangeRecord.RuleHit rule : record.rules()) {
      int start = append(rule.id());
      addRule(start, source.length);
    }
    for (ExchangeRecord.FindingCount finding : record.findings()) {
      int start = append(finding.kind());
      addFinding(start, source.length, finding.count());
    }
    exchange = true;
    deny = record.decision().equals("deny");
    failed = record.outcome().equals("failed") || record.outcome().equals("upstream_failed");
    status = record.status();
    input = record.usage().input().orElse(0);
    cached = record.usage().cached().orElse(0);
    output = record.usage().output().orElse(0);
    cost = record.costNanos().orElse(-1);
    latency = record.latencyMillis();
  }

  private static byte[] text(ExchangeRecord record) {
    return ReportFold.text(record.time());
  }

  private void place(int field, Optional<String> value) {
    value.ifPresent(
        text -> {
          from[field] = append(text);
          to[field] = source.length;
        });
  }

  private int append(String text) {
    byte[] added = text.getBytes(UTF_8);
    int start = source.length;
    source = Arrays.copyOf(source, start + added.length);
    System.arraycopy(added, 0, source, start, added.length);
    return start;
  }

  boolean isExchange() {
    return exchange;
  }

  boolean isDeny() {
    return deny;
  }

  boolean isFailed() {
    return failed;
  }

  /// 0 when the caller was told nothing.
  int status() {
    return status;
  }

  long inputTokens() {
    return input;
  }

  long cachedTokens() {
    return cached;
  }

  long outputTokens() {
    return output;
  }

  /// Nano-dollars, -1 when unknown.
  long costNanos() {
    return cost;
  }

  long latencyMillis() {
    return latency;
  }

  /// The array in which all texts stand, as UTF-8.
  byte[] source() {
    return source;
  }

  boolean has(int field) {
    return from[field] >= 0;
  }

  int from(int field) {
    return from[field];
  }

  int to(int field) {
    return to[field];
  }

  int compareTime(byte[] other) {
    return Arrays.compare(source, from[TIME], to[TIME], other, 0, other.length);
  }

  int rules() {
    return rules;
  }

  int ruleFrom(int rule) {
    return ruleRanges[rule * 2];
  }

  int ruleTo(int rule) {
    return ruleRanges[rule * 2 + 1];
  }

  boolean sameRule(int one, int other) {
    return Arrays.equals(
        source, ruleFrom(one), ruleTo(one), source, ruleFrom(other), ruleTo(other));
  }

  int findings() {
    return findings;
  }

  int findingFrom(int finding) {
    return findingRanges[finding * 2];
  }

  int findingTo(int finding) {
    return findingRanges[finding * 2 + 1];
  }

  long findingCount(int finding) {
    return findingCounts[finding];
  }
}
