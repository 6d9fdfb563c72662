package dev.gatewayctl.runtime.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;

/// What the bench writes down for others to read: policies, a configuration of nginx, requests.
final class Texts {
  /// How many rules each policy has that reads no content.
  static final int RULES = 50;

  /// The public key of the guided tour and its hash.
  private static final String KEY = "gk_demo00000000000000000000000000002vDRqm";

  private static final String KEY_HASH =
      "2f89fb5edfff49f9aa3c8d605fa65682c7e82a4f3d0e495ccd912a3908049b20";

  private static final String TEXT =
      "The parcel that we ordered for the office left the depot and has not arrived; please ask. ";

  private Texts() {}

  /// A policy of [#RULES] rules over callers, models, sizes and targets, none of which reads a
  /// text.
  ///
  /// @param masks whether one more rule masks whatever any built-in detector finds, both ways
  static String policy(int port, int provider, boolean masks) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < RULES; i++) {
      rules.append("  rule-").append(i).append(": ").append(rule(i)).append('\n');
    }
    if (masks) {
      rules.append("  mask-everything: { mask: [pii, secret] }\n");
    }
    return """
    gateway: v1
    server: { listen: 127.0.0.1:%d }
    defaults: { opaque: allow }
    providers:
      mock: { protocol: openai, base_url: http://127.0.0.1:%d/v1, region: eu }
    models:
      bench: { targets: [mock/bench], price: { input: 0.25, output: 1.00 } }
      large: { targets: [mock/large], price: { input: 2.00, output: 8.00 } }
    principals:
      teams: { support: {}, research: {} }
      apps:
        bench: { team: support, models: [bench, large], keys: [sha256:%s] }
        other: { team: research, models: [bench, large], keys: [sha256:%s] }
    rules:
    %s\
    """
        .formatted(port, provider, KEY_HASH, "0".repeat(64), rules);
  }

  private static String rule(int i) {
    return switch (i % 5) {
      case 0 ->
          "{ when: \"principal.team == 'research' && request.max_tokens > %d\", deny: no }"
              .formatted(1000 + i);
      case 1 ->
          "{ when: \"model.name == 'large' && request.choices > %d\", deny: no }".formatted(2 + i);
      case 2 ->
          "{ when: \"request.bytes > %d && principal.team == 'support'\", deny: no }"
              .formatted(3_000_000 + i);
      case 3 ->
          "{ when: \"principal.app == 'other' && request.stream\", tag: streams-%d }".formatted(i);
      default ->
          "{ when: \"principal.team == 'research' && request.choices > %d\", require: \"target.region == 'eu'\" }"
              .formatted(i);
    };
  }

  /// nginx as a plain proxy to the provider, in a folder of its own.
  static String nginx(int port, int provider, Path folder) {
    boolean root = System.getProperty("user.name", "").equals("root");
    return """
    %sworker_processes 2;
    daemon off;
    pid %2$s/nginx.pid;
    error_log %2$s/nginx-error.log;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      client_body_buffer_size 1m;
      client_max_body_size 8m;
      client_body_temp_path %2$s/body;
      proxy_temp_path %2$s/proxy;
      fastcgi_temp_path %2$s/fastcgi;
      uwsgi_temp_path %2$s/uwsgi;
      scgi_temp_path %2$s/scgi;
      upstream provider {
        server 127.0.0.1:%3$d;
        keepalive 128;
        keepalive_requests 1000000000;
      }
      server {
        listen 127.0.0.1:%4$d backlog=1024;
        location / {
          proxy_pass http://provider;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
        }
      }
    }
    """
        .formatted(root ? "user root;\n" : "", folder, provider, port);
  }

  /// A chat request whose body has about so many bytes.
  static byte[] request(int bodyBytes, boolean stream) {
    String begin =
        "{\"model\":\"bench\","
            + (stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")
            + "\"temperature\":0.2,\"messages\":[{\"role\":\"system\",\"content\":\"You help the"
            + " staff of a shop.\"},{\"role\":\"user\",\"content\":\"";
    String end = "\"}]}";
    int length = Math.max(0, bodyBytes - begin.length() - end.length());
    String body = begin + TEXT.repeat(length / TEXT.length() + 1).substring(0, length) + end;
    String head =
        """
        POST /v1/chat/completions HTTP/1.1
        host: 127.0.0.1
        accept: application/json
        content-type: application/json
        authorization: Bearer %s
        user-agent: OpenAI/Python 2.0.0
        x-stainless-lang: python
        x-stainless-retry-count: 0
        content-length: %d

        """
            .formatted(KEY, body.length())
            .replace("\n", "\r\n");
    return (head + body).getBytes(ISO_8859_1);
  }
}
