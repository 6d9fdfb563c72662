package dev.gatewayctl.policy.expression;

import static dev.gatewayctl.policy.expression.Fact.Absence.ERROR;
import static dev.gatewayctl.policy.expression.Fact.Absence.NEVER;
import static dev.gatewayctl.policy.expression.Fact.Absence.NONE;
import static dev.gatewayctl.policy.expression.Type.Nominal.APP;
import static dev.gatewayctl.policy.expression.Type.Nominal.GROUP;
import static dev.gatewayctl.policy.expression.Type.Nominal.KIND;
import static dev.gatewayctl.policy.expression.Type.Nominal.MODALITY;
import static dev.gatewayctl.policy.expression.Type.Nominal.MODEL;
import static dev.gatewayctl.policy.expression.Type.Nominal.ORG;
import static dev.gatewayctl.policy.expression.Type.Nominal.PRINCIPAL_KIND;
import static dev.gatewayctl.policy.expression.Type.Nominal.PROVIDER;
import static dev.gatewayctl.policy.expression.Type.Nominal.REGION;
import static dev.gatewayctl.policy.expression.Type.Nominal.SURFACE;
import static dev.gatewayctl.policy.expression.Type.Nominal.TEAM;
import static dev.gatewayctl.policy.expression.Type.Simple.BOOL;
import static dev.gatewayctl.policy.expression.Type.Simple.DOUBLE;
import static dev.gatewayctl.policy.expression.Type.Simple.DURATION;
import static dev.gatewayctl.policy.expression.Type.Simple.DYN;
import static dev.gatewayctl.policy.expression.Type.Simple.FINDINGS;
import static dev.gatewayctl.policy.expression.Type.Simple.INT;
import static dev.gatewayctl.policy.expression.Type.Simple.IP;
import static dev.gatewayctl.policy.expression.Type.Simple.STRING;
import static dev.gatewayctl.policy.expression.Type.Simple.TIMESTAMP;

import dev.gatewayctl.policy.catalog.Phase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The table of facts of the language, phase by phase. A fact exists from its first phase on, save
/// `findings`, which mean the request's up to `target` and the answer's in `response`.
final class StandardFacts {
  private static final Set<Phase> FROM_CONNECT = EnumSet.allOf(Phase.class);
  private static final Set<Phase> FROM_REQUEST = EnumSet.range(Phase.REQUEST, Phase.SETTLE);
  private static final Set<Phase> FROM_TARGET = EnumSet.range(Phase.TARGET, Phase.SETTLE);
  private static final Set<Phase> FROM_RESPONSE = EnumSet.range(Phase.RESPONSE, Phase.SETTLE);
  private static final Set<Phase> SETTLE_ONLY = EnumSet.of(Phase.SETTLE);
  private static final Set<Phase> INSPECTED = EnumSet.range(Phase.REQUEST, Phase.RESPONSE);

  private final List<Fact> facts = new ArrayList<>();

  private StandardFacts() {}

  static List<Fact> all() {
    StandardFacts table = new StandardFacts();
    table.connect();
    table.request();
    table.target();
    table.response();
    table.settle();
    table.asserts();
    return table.facts;
  }

  private void connect() {
    Set<Phase> at = FROM_CONNECT;
    add("request.surface", SURFACE, at, NEVER, "the API surface that the caller speaks");
    add("request.path", STRING, at, NEVER, "the path of the URL, without the query");
    add("request.method", STRING, at, NEVER, "the HTTP method, in upper case");
    add("request.source_ip", IP, at, NEVER, "the address of the caller's end of the connection");
    later("request.conversation", STRING, at, NONE, "what ties the requests of a conversation");
    content("headers", text(STRING), at, NEVER, "the request's headers by lower-case name");
    add("principal.org", ORG, at, NONE, "the caller's org");
    add("principal.team", TEAM, at, NONE, "the caller's team");
    add("principal.app", APP, at, NONE, "the caller's app");
    add("principal.key", STRING, at, NONE, "the name of the key that the caller showed");
    add("principal.user", STRING, at, NONE, "the person behind the call");
    add(
        "principal.id",
        STRING,
        at,
        NEVER,
        "`user:U`, else `app:A`, else `mtls:N`, else `ip:ADDRESS`");
    add("principal.kind", PRINCIPAL_KIND, at, NEVER, "how the caller was identified");
    add("principal.groups", new Type.ListOf(GROUP), at, NEVER, "the caller's groups, sorted");
    content("principal.claims", text(DYN), at, NEVER, "the claims of the caller's token");
    add(
        "principal.known",
        BOOL,
        at,
        NEVER,
        "whether a principal of the policy identifies the caller");
    add("now.time", TIMESTAMP, at, NEVER, "the arrival of the request, once per exchange");
    add("now.hour", INT, at, NEVER, "the hour of the arrival, 0 to 23, in `server.time_zone`");
    add("now.weekday", INT, at, NEVER, "the day of the week in `server.time_zone`: 1 is Monday");
    add(
        "now.date",
        STRING,
        at,
        NEVER,
        "the day of the arrival in `server.time_zone`: `2027-01-31`");
    later("gateway.env", STRING, at, NEVER, "the environment that the policy is loaded for");
  }

  private void request() {
    Set<Phase> at = FROM_REQUEST;
    add("model.name", MODEL, at, NEVER, "the declared model that the caller asks for");
    add("request.stream", BOOL, at, NEVER, "whether the caller asks for a stream");
    add("request.max_tokens", INT, at, NEVER, "the effective cap on output, in tokens");
    add("request.temperature", DOUBLE, at, ERROR, "the sampling temperature, when it is sent");
    add("request.choices", INT, at, NEVER, "how many answers the caller asks for");
    add("request.reasoning", STRING, at, ERROR, "the reasoning effort, when it is sent");
    content("request.metadata", text(DYN), at, NEVER, "the metadata that the caller sends along");
    add("request.bytes", INT, at, NEVER, "the size of the body, in bytes");
    content("prompt.text", STRING, at, NEVER, "all text of the request, in order");
    content("prompt.system", STRING, at, NEVER, "the text of the system messages");
    content("prompt.last_user", STRING, at, NEVER, "the text of the last user message");
    add("prompt.turns", INT, at, NEVER, "how many messages the request holds");
    add("prompt.modalities", new Type.ListOf(MODALITY), at, NEVER, "the kinds of content, sorted");
    later("prompt.language", STRING, at, NONE, "the language of the text");
    add("tools.names", new Type.ListOf(STRING), at, NEVER, "the names of the offered tools");
    add("tools.count", INT, at, NEVER, "how many tools are offered");
    add("mcp.server", STRING, at, NONE, "the MCP server that is called");
    add("mcp.method", STRING, at, NONE, "the MCP method that is called");
    add("mcp.tool", STRING, at, NONE, "the MCP tool that is called");
    content("mcp.arguments", text(DYN), at, NEVER, "the arguments of the MCP call");
    add(
        "findings",
        FINDINGS,
        INSPECTED,
        NEVER,
        "what the detectors found: in `response` in the answer");
    add("tokens.input", INT, at, NEVER, "the text of the request in tokens, by one fixed encoder");
    later("budget.used", DOUBLE, at, NEVER, "how much of the tightest budget is used, 0 to 1");
    later("budget.remaining_usd", DOUBLE, at, NEVER, "what is left of the tightest budget, in USD");
    later("data.label", STRING, at, NEVER, "the label of the data in the request");
  }

  private void target() {
    Set<Phase> at = FROM_TARGET;
    add("target.provider", PROVIDER, at, NEVER, "the provider of the candidate");
    add("target.model", STRING, at, NEVER, "the provider's name of the candidate's model");
    add("target.region", REGION, at, NONE, "the region of the candidate's provider");
    later("target.data", STRING, at, NONE, "where the provider keeps data");
    later("target.clearance", STRING, at, NEVER, "the highest label that the provider may see");
    later("target.trains", BOOL, at, NEVER, "whether the provider trains on what it is sent");
    later("target.retention", DURATION, at, NEVER, "how long the provider keeps what it is sent");
    later("target.input_price", DOUBLE, at, NEVER, "USD per million tokens of input");
    later("target.output_price", DOUBLE, at, NEVER, "USD per million tokens of output");
    later("target.worst_usd", DOUBLE, at, NEVER, "the most that one attempt can cost, in USD");
    later("target.attempt", INT, at, NEVER, "which attempt it is, from 1");
    later("target.healthy", BOOL, at, NEVER, "whether the breaker lets requests through");
    later("sent", FINDINGS, at, NEVER, "what the detectors find in what would leave");
  }

  private void response() {
    Set<Phase> at = FROM_RESPONSE;
    add("response.status", INT, at, NEVER, "the HTTP status of the answer");
    content("response.text", STRING, at, NEVER, "the assistant's text");
    add("response.model", STRING, at, NONE, "the model as the provider names it in the answer");
    add("response.finish_reason", STRING, at, NONE, "why the answer ended, in the provider's word");
    add("response.tool_calls", new Type.ListOf(STRING), at, NEVER, "the names of the called tools");
    add("request.findings", FINDINGS, at, NEVER, "what the detectors found in the request");
  }

  private void settle() {
    Set<Phase> at = SETTLE_ONLY;
    add("response.findings", FINDINGS, at, NEVER, "what the detectors found in the answer");
    add("usage.input", INT, at, NEVER, "tokens of input, the cached ones included");
    add("usage.cached", INT, at, NEVER, "tokens of input that were read from a cache");
    add("usage.cache_write", INT, at, NEVER, "tokens of input that were written to a cache");
    add("usage.output", INT, at, NEVER, "tokens of output, the reasoning included");
    add("usage.reasoning", INT, at, NEVER, "tokens of reasoning");
    add("cost.usd", DOUBLE, at, NEVER, "what the exchange cost, in USD; 0 when nothing was sent");
    add("outcome", STRING, at, NEVER, "how the exchange ended");
    add("latency.total", DURATION, at, NEVER, "from the request's head to the answer's end");
    add("latency.first_token", DURATION, at, NONE, "from the request's head to the first token");
  }

  private void asserts() {
    later("decision.denied", BOOL, Set.of(), NEVER, "whether the exchange is refused");
    later("decision.masked", new Type.ListOf(KIND), Set.of(), NEVER, "the kinds that are masked");
    later("decision.rules", new Type.ListOf(STRING), Set.of(), NEVER, "the rules that apply");
  }

  private static Type text(Type value) {
    return new Type.MapOf(STRING, value);
  }

  private void add(String name, Type type, Set<Phase> phases, Fact.Absence absence, String doc) {
    facts.add(new Fact(name, facts.size(), type, phases, absence, true, true, doc));
  }

  private void content(
      String name, Type type, Set<Phase> phases, Fact.Absence absence, String doc) {
    facts.add(new Fact(name, facts.size(), type, phases, absence, true, false, doc));
  }

  private void later(String name, Type type, Set<Phase> phases, Fact.Absence absence, String doc) {
    facts.add(new Fact(name, facts.size(), type, phases, absence, false, true, doc));
  }
}
