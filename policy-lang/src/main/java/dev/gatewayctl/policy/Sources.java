package dev.gatewayctl.policy;

import dev.gatewayctl.policy.diagnostic.SourceFile;

/// Where a policy's files come from: the caller reads, the compiler asks. Names use `/`, are free
/// of `.` and `..` where they can be, and are relative to wherever the root's name is.
public interface Sources {
  /// The file of that name. The caller follows symbolic links and refuses what lies outside the
  /// root file's folder.
  Answer read(String name);

  sealed interface Answer {}

  record Found(SourceFile file) implements Answer {}

  /// It cannot be read, or must not.
  ///
  /// @param why half a sentence such as `no such file` or `it is not UTF-8`
  record Unreadable(String why) implements Answer {}
}
