package import Wire

/// What a field of a transaction holds at a moment.
package enum FieldValue {
  /// The transaction has no such field (or not yet).
  case none
  /// A buffer, whole.
  case bytes([UInt8])
  /// Several instances of one buffer, each matched on its own (a multi-buffer).
  case list([[UInt8]])
  case number(Int64)
  /// Several instances of a number: a condition holds if it holds for one of them.
  case numbers([Int64])
  /// A buffer that grows while the transaction goes on, inspected as new data comes.
  case body(Body)

  /// Stands among `numbers` for an instance that has none, where positions count.
  package static let noNumber = Int64.min
}

/// How a field's values look: it decides which rule syntax its keyword takes.
package enum FieldKind: UInt8, Sendable {
  /// A sticky buffer: content, pcre and byte operations follow its keyword.
  case buffer
  /// A sticky buffer with several instances.
  case multiBuffer
  /// A number: the keyword has an argument (`n`, `>n`, `<n`, `n-m`, `!n`), or names from `names`.
  case number
  /// A growing body: a sticky buffer too.
  case body
}

/// One value of a protocol's transaction, declared once: the rule keyword, the EVE key, the reference page,
/// the console column and the law tests come from it.
///
/// `Field(keyword: "tls.sni", eve: "sni", .toServer, progress: …, source: "RFC 6066 §3", "Server name …") { …
/// }`
package struct Field: Sendable {
  /// The rule keyword, or nil for a value that only EVE shows.
  package let keyword: String?
  /// Older spellings of the keyword. Content modifiers of the old style (`http_uri`) are listed in
  /// `modifiers`.
  package private(set) var aliases: [String]
  /// Old keywords that stand after a content instead of before it (`content:"x"; http_uri;`).
  package private(set) var modifiers: [String]
  /// The keyword has no conditions after it: its argument is the content (`tls.subject:"CN=x"`).
  package let argumentIsContent: Bool
  /// The letter for the buffer among pcre's flags (`U` for http.uri), if it has one.
  package private(set) var pcreFlag: Character?
  /// Path below the protocol's EVE object (`sni`, `fingerprint`), or nil.
  package let eve: String?
  package let kind: FieldKind
  /// The directions that have the field: one, or both where nil.
  package let direction: Direction?
  /// The transaction's progress from which the field is complete, for each direction.
  package let progress: Pair<UInt8>
  /// Names for numbers that the keyword takes instead of them (`dns.opcode:query`), in lower case.
  package let names: [String: Int64]
  /// The specification: "RFC 9110 §4.2".
  package let source: String
  /// One sentence for the reference page.
  package let summary: String
  /// A rule body that shows the keyword: `http.uri; content:"/index.php";`.
  package let example: String
  /// What patterns are looked for in once more at the transaction's end, as more may have come to the field
  /// by then. Nil where it never changes once it is complete.
  package let atEnd: (@Sendable (Transaction, Direction) -> FieldValue)?
  /// More numbers come while the transaction goes on: what does not hold yet is asked again with each.
  package private(set) var grows = false
  /// Its instances come one after the other before the step from which all of them are known: the firewall
  /// asks with each.
  package private(set) var comesInParts = false
  /// Reads the value. The transaction is of the protocol's own type.
  package let extract: @Sendable (Transaction, Direction) -> FieldValue

  /// The field for a protocol that the old spellings (modifiers behind a content, flags of pcre) do not mean.
  package var withoutOldSpellings: Field {
    var field = self
    field.aliases.removeAll(where: field.modifiers.contains)
    field.modifiers = []
    field.pcreFlag = nil
    return field
  }

  /// The field with numbers that come one after the other.
  var growing: Field {
    var field = self
    field.grows = true
    return field
  }

  /// The field with instances that come one after the other.
  var inParts: Field {
    var field = self
    field.comesInParts = true
    return field
  }

  package init<T: Transaction>(
    keyword: String? = nil, aliases: [String] = [], modifiers: [String] = [],
    argumentIsContent: Bool = false, pcreFlag: Character? = nil,
    eve: String? = nil, _ kind: FieldKind = .buffer, _ direction: Direction?, progress: Pair<UInt8>,
    names: [String: Int64] = [:], source: String, _ summary: String, example: String = "",
    of type: T.Type, atEnd: (@Sendable (T, Direction) -> FieldValue)? = nil,
    _ extract: @escaping @Sendable (T, Direction) -> FieldValue
  ) {
    self.keyword = keyword
    self.aliases = aliases
    self.modifiers = modifiers
    self.argumentIsContent = argumentIsContent
    self.pcreFlag = pcreFlag
    self.eve = eve
    self.kind = kind
    self.direction = direction
    self.progress = progress
    self.names = names
    self.source = source
    self.summary = summary
    self.example = example
    if let atEnd {
      // Sound: as for `extract`.
      self.atEnd = { atEnd(unsafe unsafeDowncast($0, to: T.self), $1) }
    } else {
      self.atEnd = nil
    }
    self.extract = { transaction, direction in
      // Sound: a field is only ever asked of the transactions of the protocol that declares it.
      extract(unsafe unsafeDowncast(transaction, to: T.self), direction)
    }
  }
}
