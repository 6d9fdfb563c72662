package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Binds the sections of single settings: `server`, `defaults`, `audit`.
final class ServerBinder {
  static final String LISTEN = "127.0.0.1:8080";
  static final int MAX_BODY = 16 * 1024 * 1024;
  static final int MAX_HEAD = 32 * 1024;
  static final Duration HEAD_DEADLINE = Duration.ofSeconds(10);
  static final Duration BODY_DEADLINE = Duration.ofSeconds(60);

  private static final int MOST_BODY = 256 * 1024 * 1024;
  private static final int MOST_HEAD = 1024 * 1024;

  private final Binding binding;

  ServerBinder(Binding binding) {
    this.binding = binding;
  }

  Policy.Server server() {
    Entry entry = binding.text().single("server");
    Fields fields = entry == null ? null : Fields.of(entry.value(), "server", binding.out());
    if (fields == null) {
      Located<String> listen = new Located<>(LISTEN, binding.text().start());
      return new Policy.Server(
          listen,
          Optional.empty(),
          false,
          MAX_BODY,
          MAX_HEAD,
          HEAD_DEADLINE,
          BODY_DEADLINE,
          ZoneOffset.UTC,
          false);
    }
    fields.later("tls", "conversation", "pseudonym_key", "in_flight");
    Optional<Located<String>> listen = address(fields, "listen");
    Optional<Located<String>> admin = address(fields, "admin");
    boolean open = fields.flag("open", false);
    int maxBody = fields.size("max_body", MAX_BODY, MOST_BODY);
    int maxHead = fields.size("max_head", MAX_HEAD, MOST_HEAD);
    Fields deadlines = fields.fields("deadlines");
    Duration head = deadline(deadlines, "head", HEAD_DEADLINE);
    Duration body = deadline(deadlines, "body", BODY_DEADLINE);
    if (deadlines != null) {
      deadlines.close();
    }
    Scalar zoneText = fields.scalar("time_zone");
    ZoneId zone = zoneText == null ? null : fields.scalars().zone(zoneText);
    boolean explain = fields.flag("explain_headers", false);
    fields.close();
    return new Policy.Server(
        listen.orElse(new Located<>(LISTEN, fields.span())),
        admin,
        open,
        maxBody,
        maxHead,
        head,
        body,
        zone == null ? ZoneOffset.UTC : zone.normalized(),
        explain);
  }

  private static Duration deadline(@Nullable Fields deadlines, String key, Duration otherwise) {
    return deadlines == null ? otherwise : deadlines.duration(key, otherwise);
  }

  private Optional<Located<String>> address(Fields fields, String key) {
    Scalar scalar = fields.scalar(key);
    String address = scalar == null ? null : fields.scalars().address(scalar);
    return address == null || scalar == null
        ? Optional.empty()
        : Optional.of(new Located<>(address, scalar.span()));
  }

  Policy.Defaults defaults() {
    Entry entry = binding.text().single("defaults");
    Fields fields = entry == null ? null : Fields.of(entry.value(), "defaults", binding.out());
    if (fields == null) {
      return new Policy.Defaults(Optional.empty(), Optional.empty());
    }
    Optional<Located<Boolean>> access =
        fields
            .word("access", List.of("allow", "deny"))
            .map(word -> new Located<>(word.value().equals("allow"), word.span()));
    Optional<Located<String>> opaque = fields.word("opaque", List.of("deny", "allow", "tag"));
    fields.close();
    return new Policy.Defaults(access, opaque);
  }

  Policy.Audit audit() {
    Entry entry = binding.text().single("audit");
    Fields fields = entry == null ? null : Fields.of(entry.value(), "audit", binding.out());
    if (fields == null) {
      return new Policy.Audit(Optional.empty(), false, true);
    }
    fields.later("content", "keep", "durability");
    SettingText directory = binding.setting(fields.take("dir"), "audit.dir");
    boolean allFacts =
        fields
            .word("facts", List.of("computed", "all"))
            .filter(w -> w.value().equals("all"))
            .isPresent();
    boolean deny =
        fields
            .word("on_failure", List.of("deny", "allow"))
            .filter(word -> word.value().equals("allow"))
            .isEmpty();
    fields.close();
    return new Policy.Audit(Optional.ofNullable(directory), allFacts, deny);
  }
}
