import Foundation
import Wire

/// The sets of our table: hosts and ranges apart, as a set with ranges and time-outs neither merges nor may
/// overlap.
package enum NftSet: String, CaseIterable, Sendable {
  case hosts4 = "block4"
  case ranges4 = "block4net"
  case hosts6 = "block6"
  case ranges6 = "block6net"

  /// The set that an entry belongs to.
  init(_ entry: BlockEntry) {
    if entry.prefix.address.isIPv6 {
      self = entry.isHost ? .hosts6 : .ranges6
    } else {
      self = entry.isHost ? .hosts4 : .ranges4
    }
  }

  var suffix: String { String(rawValue.dropFirst("block".count)) }
  var family: String { self == .hosts4 || self == .ranges4 ? "ip" : "ip6" }
  var type: String { family == "ip" ? "ipv4_addr" : "ipv6_addr" }
  var flags: String { self == .hosts4 || self == .hosts6 ? "timeout" : "interval, timeout" }
}

/// What is in the kernel's sets, as `nft -j list table` shows it.
package struct NftState: Sendable, Equatable {
  /// An element as nft writes it, and the seconds that it has left; nil: for ever.
  package var elements: [NftSet: [String: Int64?]] = [:]
  /// The table with its chains is there.
  package var isThere = false

  /// Nothing is there.
  package init() {}

  /// Reads nft's JSON; nil where it is something else.
  package init?(json: [UInt8]) {
    guard let root = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any],
      let items = root["nftables"] as? [[String: Any]]
    else { return nil }
    for item in items {
      if item["chain"] != nil { isThere = true }
      guard let set = item["set"] as? [String: Any], let name = set["name"] as? String,
        let kind = NftSet(rawValue: name)
      else { continue }
      var values: [String: Int64?] = [:]
      for element in set["elem"] as? [Any] ?? [] {
        let inner = (element as? [String: Any])?["elem"] as? [String: Any]
        guard let text = Self.text(inner?["val"] ?? element) else { continue }
        values.updateValue((inner?["expires"] as? NSNumber)?.int64Value, forKey: text)
      }
      elements[kind] = values
    }
  }

  /// An address, `address/length`, or `first-last`.
  private static func text(_ value: Any) -> String? {
    if let text = value as? String { return IPAddress(text).map { "\($0)" } }
    guard let value = value as? [String: Any] else { return nil }
    if let prefix = value["prefix"] as? [String: Any], let address = prefix["addr"] as? String,
      let length = prefix["len"] as? Int
    {
      return IPPrefix("\(address)/\(length)").map { "\($0)" }
    }
    if let range = value["range"] as? [String], range.count == 2, let first = IPAddress(range[0]),
      let last = IPAddress(range[1])
    {
      return "\(first)-\(last)"
    }
    return nil
  }
}

/// What has to change in the kernel's sets.
package struct NftDifference: Sendable, Equatable {
  /// One element that is put in, renewed or taken out.
  package struct Change: Sendable, Equatable {
    package enum Kind: String, Sendable { case add, renew, remove }
    package let kind: Kind
    package let set: NftSet
    package let element: String
    /// Seconds from now; 0 for what is taken out.
    package let seconds: Int64
  }

  package private(set) var changes: [Change] = []
  /// The table or its chains are missing.
  package let makesTable: Bool

  /// A time-out that differs by less is left alone: each renewal costs a transaction.
  private static let toleranceSeconds: Int64 = 30
  /// Elements in one line of a script: nft's parser is quadratic in very long lines.
  private static let elementsPerLine = 2_000

  package init(from state: NftState, to list: BlockList, nowNanoseconds: Int64) {
    makesTable = !state.isThere
    var wanted: [NftSet: [String: Int64]] = [:]
    for entry in list.entries {
      wanted[NftSet(entry), default: [:]][entry.text] = entry.secondsLeft(at: nowNanoseconds)
    }
    for set in NftSet.allCases {
      let have = state.elements[set] ?? [:], want = wanted[set] ?? [:]
      for element in have.keys.filter({ want[$0] == nil }).sorted() {
        changes.append(Change(kind: .remove, set: set, element: element, seconds: 0))
      }
      for (element, seconds) in want.sorted(by: { $0.key < $1.key }) {
        guard let known = have[element] else {
          changes.append(Change(kind: .add, set: set, element: element, seconds: seconds))
          continue
        }
        let left = known ?? .max
        if left == .max || abs(left &- seconds) > Self.toleranceSeconds {
          changes.append(Change(kind: .renew, set: set, element: element, seconds: seconds))
        }
      }
    }
  }

  package var isEmpty: Bool { changes.isEmpty && !makesTable }

  /// What would be done, a line each.
  package var lines: [String] {
    (makesTable ? ["+ table inet fengsui"] : [])
      + changes.map { change in
        switch change.kind {
        case .add: return "+ \(change.set.rawValue) \(change.element) for \(change.seconds) s"
        case .renew: return "~ \(change.set.rawValue) \(change.element) for \(change.seconds) s"
        case .remove: return "- \(change.set.rawValue) \(change.element)"
        }
      }
  }

  /// The script for `nft -f`: one transaction. A renewal is a delete and an add, as adding alone leaves the
  /// old
  /// time-out; removals come first, so that a range can take the place of a narrower one.
  package var script: String {
    var lines = makesTable ? Self.table : []
    lines += elementLines("delete", changes.filter { $0.kind != .add }) { $0.element }
    lines += elementLines("add", changes.filter { $0.kind != .remove }) {
      "\($0.element) timeout \(max($0.seconds, 1))s"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func elementLines(_ verb: String, _ changes: [Change], _ text: (Change) -> String) -> [String] {
    NftSet.allCases.flatMap { set in
      let own = changes.filter { $0.set == set }
      return stride(from: 0, to: own.count, by: Self.elementsPerLine).map { start in
        let part = own[start..<min(start + Self.elementsPerLine, own.count)]
        return "\(verb) element inet fengsui \(set.rawValue) { "
          + part.map(text).joined(separator: ", ") + " }"
      }
    }
  }

  /// The table: sets without merging, and chains before routing that drop both ways.
  private static var table: [String] {
    var lines = ["table inet fengsui {"]
    for set in NftSet.allCases {
      lines.append("  set \(set.rawValue) { type \(set.type); flags \(set.flags); size 1048576; }")
    }
    for (chain, hook) in [("inbound", "input"), ("through", "forward"), ("outbound", "output")] {
      lines += ["  chain \(chain) {", "    type filter hook \(hook) priority -150; policy accept;"]
      for set in NftSet.allCases {
        lines.append("    \(set.family) saddr @\(set.rawValue) counter drop")
        lines.append("    \(set.family) daddr @\(set.rawValue) counter drop")
      }
      lines.append("  }")
    }
    return lines + ["}"]
  }
}
