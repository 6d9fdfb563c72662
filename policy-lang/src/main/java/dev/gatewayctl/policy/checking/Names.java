package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.expression.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/// What a policy declares, as far as expressions name it.
public interface Names {
  /// The closed catalogue of a nominal type, to check literals against and to suggest from. The
  /// checker itself knows surfaces, locations, kinds of principal and modalities and does not ask
  /// for them.
  Set<String> names(Type.Nominal type);

  /// The ids of the detectors that a kind, a class or a detector of that name stands for: empty
  /// when nothing has the name, an empty set when no loaded detector finds it.
  Optional<SortedSet<String>> detectorsOf(String kindClassOrDetector);

  /// The elements of a declared list.
  Optional<List<String>> list(String name);

  /// The names of the declared lists.
  Set<String> lists();

  /// The declared `let` of that name.
  Optional<LetDefinition> let(String name);

  /// The names of the declared `let`s.
  Set<String> lets();

  /// Told of each use of a declared name.
  ///
  /// @param section where it is declared: `lists`, `let`, `detectors` (a kind, class or detector),
  ///   or the word of a nominal type's section such as `models`
  void used(String section, String name);
}
