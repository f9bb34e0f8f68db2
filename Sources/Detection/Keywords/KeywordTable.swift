import Protocols

/// What every word of the rule language means here: keywords of the catalogue, keywords of fields, and those
/// of Suricata that are not evaluated.
package struct KeywordTable: Sendable {
  /// What a word is.
  package enum Entry: Sendable {
    case keyword(Int)
    /// A sticky buffer, the same keyword in one or more protocols.
    case stickyBuffer([FieldReference])
    /// An old modifier behind a content.
    case modifier([FieldReference])
    /// A number field with an argument.
    case number([FieldReference])
    /// A buffer whose keyword has the content as its argument.
    case argument([FieldReference])
    case unevaluated
  }

  /// Built once: the catalogues do not change while the program runs.
  package static let standard = KeywordTable()

  private var entries: [String: Entry] = [:]
  /// Buffers by pcre's flag letters.
  private var flags: [UInt8: [FieldReference]] = [:]

  private init() {
    for name in UnevaluatedKeywords.names { entries[name] = .unevaluated }
    for (protocolIndex, entry) in ProtocolCatalogue.all.enumerated() {
      for (fieldIndex, field) in entry.fields.enumerated() {
        add(field, FieldReference(protocolIndex: protocolIndex, fieldIndex: fieldIndex))
      }
    }
    for (index, keyword) in KeywordCatalogue.all.enumerated() {
      for name in [keyword.name] + keyword.aliases { entries[name] = .keyword(index) }
    }
  }

  private mutating func add(_ field: Field, _ reference: FieldReference) {
    guard let keyword = field.keyword else { return }
    // An old spelling that is a modifier too is one, for all protocols that have it.
    for name in [keyword] + field.aliases where !field.modifiers.contains(name) {
      if field.argumentIsContent {
        entries[name] = .argument([reference])
        continue
      }
      switch (entries[name], field.kind) {
      case (.number(let others)?, .number): entries[name] = .number(others + [reference])
      case (_, .number): entries[name] = .number([reference])
      case (.stickyBuffer(let others)?, _): entries[name] = .stickyBuffer(others + [reference])
      default: entries[name] = .stickyBuffer([reference])
      }
    }
    for name in field.modifiers {
      if case .modifier(let others)? = entries[name] {
        entries[name] = .modifier(others + [reference])
      } else {
        entries[name] = .modifier([reference])
      }
    }
    if let flag = field.pcreFlag?.asciiValue { flags[flag, default: []].append(reference) }
  }

  /// What a word is, in whatever case it is written; nil: nothing.
  package subscript(_ name: String) -> Entry? { entries[name] ?? entries[name.lowercased()] }

  /// The fields that a pcre flag names.
  func fields(flag: UInt8) -> [FieldReference]? { flags[flag] }

  /// The fields of a sticky buffer, whoever declares it.
  func stickyBuffer(_ name: String) -> [FieldReference]? {
    if case .stickyBuffer(let references)? = entries[name] { return references }
    return nil
  }

  /// The fields of a sticky buffer that a keyword of the catalogue stands for; none where no protocol
  /// declares it, and its rules are refused.
  func ownBuffer(_ name: String) -> [FieldReference] { stickyBuffer(name) ?? [] }

  /// Every word, for suggestions.
  var names: [String] { Array(entries.keys) }
}

extension ApplicationProtocol {
  /// It has a parser, not only a name: there are transactions with fields and events.
  var isParsed: Bool { !fields.isEmpty || !events.isEmpty }
}

extension FieldReference {
  /// What is declared there.
  var field: Field { ProtocolCatalogue.all[protocolIndex].fields[fieldIndex] }
}
