package dev.gatewayctl.runtime.surface;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static Route google(String version, String method, @Nullable String query) {
    return Routes.match("POST", "/" + version + "/models/gemini-2.5-flash:" + method, query);
  }

  private static Route.Call call(Surface surface, String method, boolean stream, boolean array) {
    return new Route.Call(
        surface, method, new RequestPath(Optional.of("gemini-2.5-flash"), stream, method, array));
  }

  @Test
  void googlesPathsNameTheModelAndWhatIsAsked() {
    for (String version : new String[] {"v1", "v1beta"}) {
      assertThat(google(version, "generateContent", null))
          .isEqualTo(call(Surface.GEMINI, "generateContent", false, false));
      assertThat(google(version, "countTokens", null))
          .isEqualTo(call(Surface.GEMINI, "countTokens", false, false));
      assertThat(google(version, "batchEmbedContents", null))
          .isEqualTo(call(Surface.GEMINI_EMBED, "batchEmbedContents", false, false));
    }
  }

  @Test
  void aStreamOfGoogleIsAnArrayUnlessItsQueryAsksForEvents() {
    Route.Call events = call(Surface.GEMINI_STREAM, "streamGenerateContent", true, false);
    Route.Call array = call(Surface.GEMINI_STREAM, "streamGenerateContent", true, true);
    assertThat(google("v1beta", "streamGenerateContent", "alt=sse")).isEqualTo(events);
    assertThat(google("v1beta", "streamGenerateContent", "key=k&alt=sse")).isEqualTo(events);
    assertThat(google("v1beta", "streamGenerateContent", null)).isEqualTo(array);
    assertThat(google("v1beta", "streamGenerateContent", "key=k")).isEqualTo(array);
  }
}
