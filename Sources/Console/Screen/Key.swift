/// A key as views see it, whatever sequence the terminal sends for it.
package enum Key: Sendable, Equatable {
  case character(Character)
  case enter, escape, backspace, tab
  case up, down, left, right, pageUp, pageDown, home, end
  /// The terminal has another size now.
  case resize
  /// No key came within the time that was waited.
  case none
}
