import Glibc

/// Another program, run to its end: the C boundary to `posix_spawn`.
package enum ChildProcess {
  /// Runs a program, found by PATH, with files as its input, output and errors. Gives its exit status, 128
  /// and
  /// the signal where one ended it, or nil where it could not be run.
  package static func run(
    _ program: String, _ arguments: [String], input: String, output: String, errors: String
  ) -> Int32? {
    var actions = unsafe posix_spawn_file_actions_t()
    // Sound: the actions are initialised before and destroyed after their use, and copy the paths; the
    // arguments
    // are copies of this function's own, freed after the call, in an array that ends with nil.
    guard unsafe posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let files = [
      (Int32(0), input, O_RDONLY), (1, output, O_WRONLY | O_TRUNC), (2, errors, O_WRONLY | O_TRUNC),
    ]
    for (descriptor, path, flags) in files {
      guard unsafe posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0) == 0 else {
        return nil
      }
    }
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var identifier: pid_t = 0
    guard unsafe posix_spawnp(&identifier, program, &actions, nil, words, environ) == 0 else { return nil }
    var status: Int32 = 0
    // Sound: the identifier is the child's, which nobody else waits for; the status is this function's own.
    while unsafe waitpid(identifier, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
