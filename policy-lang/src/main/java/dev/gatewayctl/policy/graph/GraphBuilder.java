package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.catalog.PriceBook;
import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.definition.EffectDefinition;
import dev.gatewayctl.policy.definition.ModelDefinition;
import dev.gatewayctl.policy.definition.OwnDetector;
import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.PrincipalsDefinition;
import dev.gatewayctl.policy.definition.ProviderDefinition;
import dev.gatewayctl.policy.definition.RuleDefinition;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Builds the rule graph of a policy without errors: rules by phase, only what is reached, prices
/// resolved.
public final class GraphBuilder {
  private final Policy policy;
  private final DetectorCatalog catalog;
  private final PriceBook prices;

  private GraphBuilder(Policy policy, DetectorCatalog catalog, PriceBook prices) {
    this.policy = policy;
    this.catalog = catalog;
    this.prices = prices;
  }

  /// The graph. A target without a price has none here: whether that is an error is for the checks.
  public static RuleGraph build(Policy policy, DetectorCatalog catalog, PriceBook prices) {
    return new GraphBuilder(policy, catalog, prices).graph();
  }

  private RuleGraph graph() {
    Map<Phase, List<RuleNode>> rules = rules();
    List<LimitNode> limits = policy.limits().stream().map(GraphBuilder::limit).toList();
    RuleGraph graph =
        new RuleGraph(
            server(),
            mapped(policy.providers(), GraphBuilder::provider),
            mapped(policy.models(), this::model),
            policy.principals().map(GraphBuilder::principals),
            policy.lists(),
            detectors(rules, limits),
            limits,
            defaults(),
            new AuditNode(
                policy.audit().directory().map(GraphBuilder::setting),
                policy.audit().allFacts(),
                policy.audit().denyOnFailure()),
            surfaces(),
            rules,
            "");
    return graph.withDigest(GraphDigest.of(graph));
  }

  private static <A, B> SortedMap<String, B> mapped(
      SortedMap<String, A> map, java.util.function.Function<A, B> each) {
    SortedMap<String, B> mapped = new TreeMap<>();
    map.forEach((name, value) -> mapped.put(name, each.apply(value)));
    return mapped;
  }

  private ServerNode server() {
    Policy.Server server = policy.server();
    return new ServerNode(
        server.listen().value(),
        server.admin().map(Located::value),
        server.open(),
        server.maxBodyBytes(),
        server.maxHeadBytes(),
        server.headDeadline(),
        server.bodyDeadline(),
        server.timeZone(),
        server.explainHeaders());
  }

  private DefaultsNode defaults() {
    boolean allow =
        policy.defaults().accessAllow().map(Located::value).orElse(policy.principals().isEmpty());
    DefaultsNode.Opaque opaque =
        policy
            .defaults()
            .opaque()
            .map(word -> DefaultsNode.Opaque.valueOf(word.value().toUpperCase(Locale.ROOT)))
            .orElse(DefaultsNode.Opaque.TAG);
    return new DefaultsNode(allow, opaque);
  }

  private SortedMap<Surface, SurfaceNode> surfaces() {
    SortedMap<Surface, SurfaceNode> surfaces = new TreeMap<>();
    policy
        .surfaces()
        .forEach(
            (surface, said) ->
                surfaces.put(
                    surface, new SurfaceNode(said.on(), said.provider().map(Located::value))));
    return surfaces;
  }

  private static Setting setting(SettingText text) {
    return switch (text) {
      case SettingText.Literal literal -> new Setting.Literal(literal.value());
      case SettingText.Environment environment -> new Setting.Environment(environment.name());
      case SettingText.File file -> new Setting.File(file.path());
    };
  }

  private static ProviderNode provider(ProviderDefinition provider) {
    return new ProviderNode(
        provider.name().value(),
        provider.protocol(),
        provider.baseUrl().map(GraphBuilder::setting),
        provider.apiKeys().stream().map(GraphBuilder::setting).toList(),
        provider.credential().map(GraphBuilder::credential),
        new ProviderNode.Place(
            provider.place().apiVersion(), provider.place().project(), provider.place().location()),
        provider.dialect(),
        openAiDialect(provider),
        provider.region().map(Located::value),
        provider.trains(),
        provider.countUsage() ? ProviderNode.UsageSource.COUNT : ProviderNode.UsageSource.ASK,
        provider.script().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new ScriptNode(provider.script().stream().map(GraphBuilder::step).toList())));
  }

  private static ProviderDialect openAiDialect(ProviderDefinition provider) {
    Optional<String> host =
        provider.baseUrl().orElse(null) instanceof SettingText.Literal url
            ? Optional.ofNullable(URI.create(url.value()).getHost())
            : Optional.empty();
    return provider
        .dialect()
        .flatMap(ProviderDialect::of)
        .or(() -> host.map(ProviderDialect::at))
        .orElse(ProviderDialect.GENERIC);
  }

  private static CredentialNode credential(ProviderDefinition.Credential credential) {
    return switch (credential) {
      case ProviderDefinition.Credential.AwsKeys aws ->
          new CredentialNode.AwsKeys(
              setting(aws.accessKeyId()),
              setting(aws.secretAccessKey()),
              aws.sessionToken().map(GraphBuilder::setting));
      case ProviderDefinition.Credential.ServiceAccount account ->
          new CredentialNode.ServiceAccount(setting(account.json()));
      case ProviderDefinition.Credential.ClientCredentials client ->
          new CredentialNode.ClientCredentials(
              setting(client.tenant()), setting(client.clientId()), setting(client.clientSecret()));
    };
  }

  private static ScriptNode.Step step(ProviderDefinition.ScriptStep step) {
    return new ScriptNode.Step(
        step.text(),
        step.echo(),
        step.body(),
        step.cuts(),
        step.delay(),
        step.eventDelay(),
        step.status(),
        step.retryAfter(),
        step.dieAfterEvents(),
        step.inputTokens(),
        step.outputTokens(),
        step.reportUsage());
  }

  private ModelNode model(ModelDefinition model) {
    SortedSet<String> aliases = new TreeSet<>();
    model.aliases().forEach(alias -> aliases.add(alias.value()));
    return new ModelNode(
        model.name().value(),
        model.targets().stream().map(target -> target(target, model)).toList(),
        model.strategy(),
        model.attempts(),
        model.retryOn(),
        model.timeout(),
        model.idleTimeout(),
        model.maxOutput(),
        aliases,
        ModelNode.Unsupported.valueOf(model.onUnsupported().toUpperCase(Locale.ROOT)));
  }

  private ModelNode.TargetNode target(ModelDefinition.Target target, ModelDefinition model) {
    Optional<ModelNode.PriceNode> own = target.price().or(model::price).map(GraphBuilder::ownPrice);
    return new ModelNode.TargetNode(
        target.provider(), target.model(), target.weight(), own.or(() -> bookPrice(target)));
  }

  private static ModelNode.PriceNode ownPrice(ModelDefinition.Price price) {
    long cacheWrite = price.cacheWrite().orElse(price.input());
    return new ModelNode.PriceNode(
        price.input(),
        price.cached().orElse(price.input()),
        cacheWrite,
        price.cacheWrite1h().orElse(cacheWrite),
        price.output(),
        price.reasoning().orElse(price.output()),
        price.request(),
        "policy");
  }

  private Optional<ModelNode.PriceNode> bookPrice(ModelDefinition.Target target) {
    ProviderDefinition provider = policy.providers().get(target.provider());
    if (provider == null || !(provider.baseUrl().orElse(null) instanceof SettingText.Literal url)) {
      return Optional.empty();
    }
    Optional<String> host = Optional.ofNullable(URI.create(url.value()).getHost());
    return prices
        .vendor(provider.protocol(), host)
        .flatMap(vendor -> prices.find(vendor, target.model()))
        .map(this::bookPrice);
  }

  private ModelNode.PriceNode bookPrice(PriceBook.Price price) {
    return new ModelNode.PriceNode(
        price.input(),
        price.cached(),
        price.cacheWrite(),
        price.cacheWrite1h(),
        price.output(),
        price.reasoning(),
        0,
        prices.version(),
        price
            .longContext()
            .map(
                longer ->
                    new ModelNode.LongContextNode(
                        longer.aboveInput(),
                        longer.input(),
                        longer.cached(),
                        longer.cacheWrite(),
                        longer.cacheWrite1h(),
                        longer.output(),
                        longer.reasoning())));
  }

  private static PrincipalsNode principals(PrincipalsDefinition principals) {
    return new PrincipalsNode(
        mapped(principals.orgs(), GraphBuilder::party),
        mapped(
            principals.teams(),
            team ->
                new PrincipalsNode.Team(
                    team.name().value(), team.org().map(Located::value), models(team.models()))),
        mapped(principals.groups(), GraphBuilder::party),
        mapped(principals.apps(), GraphBuilder::app));
  }

  private static PrincipalsNode.Party party(PrincipalsDefinition.Party party) {
    return new PrincipalsNode.Party(party.name().value(), models(party.models()));
  }

  private static PrincipalsNode.App app(PrincipalsDefinition.App app) {
    SortedSet<String> groups = new TreeSet<>();
    app.groups().forEach(group -> groups.add(group.value()));
    return new PrincipalsNode.App(
        app.name().value(),
        app.team().map(Located::value),
        app.org().map(Located::value),
        groups,
        models(app.models()),
        app.keys().stream()
            .map(
                key ->
                    new PrincipalsNode.Key(
                        key.name(), key.sha256().value(), key.from(), key.until()))
            .toList(),
        app.sigv4()
            .map(keys -> new PrincipalsNode.Signing(setting(keys.id()), setting(keys.secret()))));
  }

  private static Optional<SortedSet<String>> models(Optional<PrincipalsDefinition.Grant> grant) {
    return grant.map(
        given -> {
          SortedSet<String> models = new TreeSet<>();
          given.models().forEach(model -> models.add(model.value()));
          return models;
        });
  }

  /// A limit under a party counts only that party's exchanges.
  private static LimitNode limit(Policy.Limit limit) {
    Optional<Expression> owner = limit.owner().map(party -> belongs(party, limit));
    Optional<Expression> when =
        owner.isPresent() && limit.when().isPresent()
            ? Optional.of(call(Function.AND, limit, owner.get(), limit.when().get()))
            : owner.or(limit::when);
    return new LimitNode(limit.path(), limit.requests(), limit.per(), limit.by(), when);
  }

  private static Expression belongs(Policy.Limit.Owner owner, Policy.Limit limit) {
    return switch (owner.party()) {
      case ORGS -> equal("principal.org", Type.Nominal.ORG, owner.name(), limit);
      case TEAMS -> equal("principal.team", Type.Nominal.TEAM, owner.name(), limit);
      case APPS -> equal("principal.app", Type.Nominal.APP, owner.name(), limit);
      case GROUPS ->
          call(
              Function.IN,
              limit,
              new Expression.Literal(owner.name(), Type.Nominal.GROUP, limit.span()),
              read("principal.groups", limit));
    };
  }

  private static Expression equal(String fact, Type.Nominal type, String name, Policy.Limit limit) {
    return call(
        Function.EQUAL, limit, read(fact, limit), new Expression.Literal(name, type, limit.span()));
  }

  private static Expression read(String fact, Policy.Limit limit) {
    return new Expression.FactRead(Vocabulary.standard().named(fact), limit.span());
  }

  private static Expression call(Function function, Policy.Limit limit, Expression... arguments) {
    return new Expression.Call(function, List.of(arguments), Type.Simple.BOOL, limit.span());
  }

  private Map<Phase, List<RuleNode>> rules() {
    Map<Phase, List<RuleNode>> rules = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      List<RuleNode> nodes = new ArrayList<>();
      for (RuleDefinition rule : policy.rules().values()) {
        List<Effect> effects =
            rule.effects().stream()
                .filter(placed -> placed.phases().contains(phase))
                .map(placed -> effect(placed.effect()))
                .toList();
        if (!effects.isEmpty()) {
          nodes.add(
              new RuleNode(
                  rule.name().value(),
                  phase,
                  rule.when(),
                  effects,
                  rule.shadow(),
                  rule.priority(),
                  rule.buffer() && phase == Phase.RESPONSE));
        }
      }
      rules.put(phase, List.copyOf(nodes));
    }
    return rules;
  }

  private static Effect effect(EffectDefinition effect) {
    return switch (effect) {
      case EffectDefinition.Deny deny ->
          new Effect.Deny(deny.status(), deny.code(), text(deny.reason()));
      case EffectDefinition.Allow allow -> new Effect.Allow();
      case EffectDefinition.Mask mask -> {
        SortedSet<String> what = new TreeSet<>();
        mask.what().forEach(name -> what.add(name.value()));
        yield new Effect.Mask(mask.detectors(), what, mask.keep());
      }
      case EffectDefinition.Require require -> new Effect.Require(require.constraint());
      case EffectDefinition.Set set ->
          new Effect.Set(
              set.maxTokens(), set.temperatureMin(), set.temperatureMax(), set.choicesMax());
      case EffectDefinition.Tag tag -> new Effect.Tag(tag.names());
    };
  }

  private static Effect.TextTemplate text(EffectDefinition.Text text) {
    List<Effect.TextTemplate.Part> parts = new ArrayList<>();
    for (EffectDefinition.Text.Part part : text.parts()) {
      parts.add(
          switch (part) {
            case EffectDefinition.Text.Part.Literal literal ->
                new Effect.TextTemplate.Part.Literal(literal.text());
            case EffectDefinition.Text.Part.Value value ->
                new Effect.TextTemplate.Part.Value(value.expression());
          });
    }
    return new Effect.TextTemplate(parts);
  }

  private SortedMap<String, DetectorNode> detectors(
      Map<Phase, List<RuleNode>> rules, List<LimitNode> limits) {
    SortedSet<String> all = new TreeSet<>(policy.detectors().keySet());
    catalog.all().forEach(detector -> all.add(detector.id()));
    Reach reach = new Reach(all);
    for (List<RuleNode> nodes : rules.values()) {
      for (RuleNode rule : nodes) {
        rule.when().ifPresent(reach::add);
        rule.effects().forEach(effect -> reached(effect, reach));
      }
    }
    for (LimitNode limit : limits) {
      limit.by().forEach(reach::add);
      limit.when().ifPresent(reach::add);
    }
    SortedMap<String, DetectorNode> nodes = new TreeMap<>();
    reach.reached().forEach(id -> nodes.put(id, detector(id)));
    return nodes;
  }

  private static void reached(Effect effect, Reach reach) {
    switch (effect) {
      case Effect.Deny deny -> {
        for (Effect.TextTemplate.Part part : deny.reason().parts()) {
          if (part instanceof Effect.TextTemplate.Part.Value value) {
            reach.add(value.expression());
          }
        }
      }
      case Effect.Mask mask -> reach.add(mask.detectors());
      case Effect.Require require -> reach.add(require.constraint());
      case Effect.Allow allow -> {}
      case Effect.Set set -> {}
      case Effect.Tag tag -> {}
    }
  }

  private DetectorNode detector(String id) {
    Optional<OwnDetector> own = Optional.ofNullable(policy.detectors().get(id));
    Optional<DetectorDefinition> builtIn =
        own.isPresent() && !own.get().adjustsBuiltIn() ? Optional.empty() : catalog.find(id);
    SortedSet<String> classes = new TreeSet<>();
    builtIn.ifPresent(found -> classes.addAll(found.classes()));
    own.flatMap(OwnDetector::ofClass).ifPresent(name -> classes.add(name.value()));
    policy
        .classes()
        .forEach(
            (name, members) -> {
              if (members.contains(id)) {
                classes.add(name);
              }
            });
    DetectorNode node =
        new DetectorNode(
            id,
            builtIn.map(DetectorDefinition::kind).orElse(id),
            classes,
            builtIn.map(DetectorDefinition::id),
            own.flatMap(OwnDetector::pattern).map(Located::value),
            own.map(OwnDetector::words).orElse(List.of()),
            own.map(OwnDetector::except).orElse(List.of()),
            own.map(OwnDetector::context).orElse(List.of()),
            own.map(OwnDetector::in).orElseGet(TreeSet::new),
            own.map(OwnDetector::threshold).orElse(java.util.OptionalDouble.empty()),
            "");
    return node.withDigest(
        GraphDigest.of(node, builtIn.map(found -> catalog.digest(found.id())).orElse("")));
  }
}
