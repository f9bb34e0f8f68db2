import Foundation

/// Any JSON, to be compared in part.
enum JSONValue: Decodable, Equatable, Sendable, CustomStringConvertible {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// The values of a file, one a line.
  static func lines(of file: URL) throws -> [JSONValue] {
    let decoder = JSONDecoder()
    return try Data(contentsOf: file).split(separator: 0x0a).map {
      try decoder.decode(JSONValue.self, from: Data($0))
    }
  }

  subscript(_ key: String) -> JSONValue? {
    if case .object(let object) = self { return object[key] }
    return nil
  }

  /// Whether everything that `part` says holds here too; lists must be as long.
  func holds(_ part: JSONValue) -> Bool {
    switch (self, part) {
    case (.object(let own), .object(let wanted)):
      wanted.allSatisfy { key, value in own[key]?.holds(value) == true }
    case (.list(let own), .list(let wanted)):
      own.count == wanted.count && zip(own, wanted).allSatisfy { $0.holds($1) }
    default: self == part
    }
  }

  /// Without one key.
  func without(_ key: String) -> JSONValue {
    guard case .object(var object) = self else { return self }
    object[key] = nil
    return .object(object)
  }

  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): value == value.rounded() ? "\(Int64(value))" : "\(value)"
    case .text(let value): "\"\(value)\""
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .object(let object):
      "{" + object.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
        + "}"
    }
  }
}
