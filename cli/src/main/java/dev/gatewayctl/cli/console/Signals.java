package dev.gatewayctl.cli.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;

/// Signals of the operating system. The JDK has them in a class that does not compile under our
/// warnings, so it is reached by reflection, here and nowhere else.
public final class Signals {
  private Signals() {}

  /// Runs the action at each signal of that name (`HUP`, `INT`, `TERM`), instead of what the
  /// process would do. False where the platform does not know the signal.
  public static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" ->
                        System.identityHashCode(self)
                            == System.identityHashCode(Objects.requireNonNull(arguments)[0]);
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "signal " + name;
                  });
      Method handle = signal.getMethod("handle", signal, handler);
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (InvocationTargetException unknownSignal) {
      return false;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no signals", e);
    }
  }
}
