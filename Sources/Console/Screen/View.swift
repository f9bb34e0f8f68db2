package import Correlation
package import Store

/// What a view draws from: the store, the run, the language, and the filter that is set.
package struct ViewContext {
  package let database: StoreDatabase
  package var run: Int64
  package let language: Language
  /// Words of the filter of the view on top; each view has its own.
  package var filter = ""

  package init(database: StoreDatabase, run: Int64, language: Language) {
    self.database = database
    self.run = run
    self.language = language
  }

  /// The text in the user's language.
  package func callAsFunction(_ english: String, _ chinese: String) -> String {
    language == .chinese ? chinese : english
  }
}

/// What the console does after a view took a key.
package enum ViewAction {
  /// The view is as it was, or drew itself anew.
  case stay
  /// Another view comes on top.
  case open(any View)
  /// The key is not the view's: the console may take it.
  case unhandled
}

/// One screen of the console. A state machine without I/O of its own but reading the store: keys in, drawing
/// out.
package protocol View {
  /// Heading, in the user's language.
  func title(_ context: ViewContext) -> String
  /// Keys that the view takes besides the common ones: key and what it does.
  func keys(_ context: ViewContext) -> [(key: String, does: String)]
  /// Draws between the first row (heading) and the last (status), which are the console's.
  mutating func draw(on canvas: inout Canvas, rows: Range<Int>, _ context: ViewContext) throws
  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction
  /// The filter or the run changed: what was read is stale.
  mutating func reload()
  /// Whether `/` filters here.
  var canFilter: Bool { get }
}
