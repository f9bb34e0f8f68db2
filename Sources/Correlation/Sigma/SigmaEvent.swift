package import Foundation
import Wire

/// An event as Sigma sees it: the values of an EVE line by their dotted names.
package struct SigmaEvent: Sendable {
  package var timeNanoseconds: Int64
  /// Texts, numbers and flags as texts; several values of one name from lists.
  package var values: [String: [String]]

  /// Longer lines, and wider ones, are none of a sensor.
  private static let (bytesMax, valuesMax, itemsMax) = (1 << 20, 4_096, 64)

  package init(timeNanoseconds: Int64, values: [String: [String]]) {
    self.timeNanoseconds = timeNanoseconds
    self.values = values
  }

  /// Reads an EVE line; nil for anything else.
  package init?(line: Data) { self.init(line: Array(line)) }

  /// Reads an EVE line, of it only some fields where `wanted` names them; nil for anything else.
  package init?(line: [UInt8], wanted: SigmaFields? = nil) {
    guard line.count <= Self.bytesMax else { return nil }
    timeNanoseconds = 0
    values = [:]
    var reader = JSONReader(line)
    do {
      guard try reader.peek() == 0x7b else { return nil }
      try read(&reader, "", wanted, depth: 0)
    } catch {
      return nil
    }
    guard reader.isAtEnd() else { return nil }
    if let text = values["timestamp"]?.first { timeNanoseconds = EVETime.nanoseconds(text) ?? 0 }
    // Names stand in a list of queries in the newest form of EVE, in the object itself before.
    for name in ["rrname", "rrtype"] where values["dns.\(name)"] == nil {
      values["dns.\(name)"] = values["dns.queries.\(name)"]
    }
  }

  private mutating func read(
    _ reader: inout JSONReader, _ name: String, _ wanted: SigmaFields?, depth: Int
  ) throws(JSONReader.Failure) {
    guard depth <= Self.depthMax else { throw .tooDeep }
    switch try reader.peek() {
    case 0x7b:
      var copy = self
      self.values = [:]
      try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
        let path = name.isEmpty ? key : "\(name).\(key)"
        guard wanted?.isOnWay(path) ?? true else { return try reader.skip() }
        try copy.read(&reader, path, wanted, depth: depth + 1)
      }
      self = copy
    case 0x5b:
      var copy = self, count = 0
      self.values = [:]
      try reader.array { (reader: inout JSONReader) throws(JSONReader.Failure) in
        count += 1
        guard count <= Self.itemsMax else { return try reader.skip() }
        try copy.read(&reader, name, wanted, depth: depth + 1)
      }
      self = copy
    default:
      let text = try reader.scalar()
      if values.count < Self.valuesMax { values[name, default: []].append(text) }
    }
  }

  /// EVE nests about six levels deep.
  private static let depthMax = 12
}

/// The fields that some rules look at, so that the rest of a line is passed over.
package struct SigmaFields: Sendable {
  private var names: Set<String> = []

  init(_ fields: some Sequence<String>) {
    for field in fields {
      var path = ""
      for part in field.split(separator: ".", omittingEmptySubsequences: false) {
        path += path.isEmpty ? part : "." + part
        names.insert(path)
      }
    }
  }

  /// The path leads to one of them.
  func isOnWay(_ path: String) -> Bool { names.contains(path) }
}
