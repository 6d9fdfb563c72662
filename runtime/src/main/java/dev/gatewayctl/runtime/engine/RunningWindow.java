package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.runtime.inspect.Inspector;
import dev.gatewayctl.runtime.inspect.MaskPlan;
import dev.gatewayctl.runtime.inspect.Place;
import dev.gatewayctl.runtime.inspect.StreamWindow;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The window of a running text: it holds back only where something may have begun.
final class RunningWindow implements TextWindow, StreamWindow.Gate {
  private static final StreamWindow.Verdict STOP = new StreamWindow.Verdict.Stop();
  private static final StreamWindow.Verdict PASS = new StreamWindow.Verdict.Pass();

  private final StreamWindow window;
  private final StreamWindow.Verdict mask;
  private final Engine.Watch watch;
  private SortedMap<String, Integer> told = new TreeMap<>();
  private int toldSpans;

  RunningWindow(Inspector inspector, Place place, MaskPlan plan, Engine.Watch watch) {
    this.window = inspector.window(place, this);
    this.mask = new StreamWindow.Verdict.Mask(plan);
    this.watch = watch;
  }

  @Override
  public StreamWindow.Verdict found(Finding finding, boolean faint) {
    if (!watch.found(finding, faint)) {
      return STOP;
    }
    return faint ? PASS : mask;
  }

  @Override
  public void append(byte[] utf8, int from, int to, Release release) {
    release(window.append(Arrays.copyOfRange(utf8, from, to)), release);
  }

  @Override
  public void finish(Release release) {
    release(window.finish(), release);
  }

  /// Says which spans were masked since it was said last.
  private void tell() {
    SortedMap<String, Integer> masked = window.masked();
    for (Map.Entry<String, Integer> kind : masked.entrySet()) {
      for (int i = told.getOrDefault(kind.getKey(), 0); i < kind.getValue(); i++) {
        watch.masked(kind.getKey());
      }
    }
    told = masked;
    toldSpans = window.maskedSpans();
  }

  private void release(byte[] released, Release release) {
    if (window.maskedSpans() > toldSpans) {
      tell();
    }
    release.keep(released, 0, released.length);
    if (window.isStopped()) {
      release.refuse();
    }
  }
}
