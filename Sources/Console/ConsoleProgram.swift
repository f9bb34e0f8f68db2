package import Correlation
package import Store

/// The console at a terminal: draws, waits for a key or a second, and draws again.
///
/// In: snapshots of the store. Out: the screen. It never writes to the store, and never blocks who does.
package enum ConsoleProgram {
  /// Runs until the user quits. False where there is no terminal.
  package static func run(database: StoreDatabase, run: Int64, language: Language) -> Bool {
    guard let terminal = CursesTerminal() else { return false }
    var state = ConsoleState(database: database, run: run, language: language)
    var idleSeconds = 0
    while true {
      let size = terminal.size
      terminal.show(state.draw(width: size.width, height: size.height))
      let key = terminal.key()
      if key == .none {
        // A run that is still being written grows: look again every few seconds.
        idleSeconds += 1
        if idleSeconds.isMultiple(of: 5) { state.reload() }
        continue
      }
      if case .quit = state.handle(key) { return true }
    }
  }
}
