/// Where a list is scrolled to and which row is selected: it keeps the selection within the list and on the
/// screen.
package struct ScrollPosition: Sendable, Equatable {
  package private(set) var top = 0
  package private(set) var selected = 0

  package init() {}

  /// Takes a moving key; false if it is none.
  package mutating func move(_ key: Key, count: Int, page: Int) -> Bool {
    switch key {
    case .up, .character("k"): selected -= 1
    case .down, .character("j"): selected += 1
    case .pageUp: selected -= max(page, 1)
    case .pageDown, .character(" "): selected += max(page, 1)
    case .home, .character("g"): selected = 0
    case .end, .character("G"): selected = count - 1
    default: return false
    }
    fit(count: count, page: page)
    return true
  }

  /// Brings selection and first row into the bounds of a list of `count` rows of which `page` are shown.
  package mutating func fit(count: Int, page: Int) {
    selected = min(max(selected, 0), max(count - 1, 0))
    if selected < top { top = selected }
    if selected >= top + max(page, 1) { top = selected - max(page, 1) + 1 }
    top = min(max(top, 0), max(count - 1, 0))
  }
}
