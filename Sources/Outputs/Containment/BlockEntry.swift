package import Correlation
package import Wire

/// An address or range that is to be blocked: why, for what incident, until when, and who said so.
package struct BlockEntry: Sendable, Equatable {
  package var prefix: IPPrefix
  package var reason: String
  package var incident: String
  /// Whom it is for: `site`, or access points' identifiers.
  package var scope: String
  /// Nanoseconds since 1970.
  package var expiresNanoseconds: Int64
  package var approvedBy: String
  package var approvedNanoseconds: Int64

  package init(
    prefix: IPPrefix, reason: String, incident: String, scope: String = "site", expiresNanoseconds: Int64,
    approvedBy: String = "", approvedNanoseconds: Int64 = 0
  ) {
    self.prefix = prefix
    self.reason = reason
    self.incident = incident
    self.scope = scope
    self.expiresNanoseconds = expiresNanoseconds
    self.approvedBy = approvedBy
    self.approvedNanoseconds = approvedNanoseconds
  }

  /// Whether it is one address.
  package var isHost: Bool { Int(prefix.length) == prefix.address.bitCount }

  /// An address without its length, a range with it.
  package var text: String { isHost ? "\(prefix.address)" : "\(prefix)" }

  /// Seconds that it still has; 0: it is over.
  package func secondsLeft(at nanoseconds: Int64) -> Int64 {
    max((expiresNanoseconds &- nanoseconds) / 1_000_000_000, 0)
  }
}

/// What must never be blocked: the site's own ranges and assets, those that may scan, and the operator's
/// list. It is
/// asked when something is proposed, approved and exported, as the list may have grown since.
package struct BlockGuard: Sendable {
  private var allowed: [(prefix: IPPrefix, reason: Text)] = []

  /// Nobody's addresses: whoever blocks them cuts the site itself off (RFC 1122, RFC 3927, RFC 5771, RFC
  /// 4291).
  private static let special = [
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255", "::1", "::", "fe80::/10",
    "ff00::/8",
  ]

  package init(site: SiteModel, allowList: [IPPrefix] = []) {
    for prefix in allowList { allowed.append((prefix, Text("it is on the allow-list", "在放行名单中"))) }
    for point in site.accessPoints {
      for range in point.ranges {
        allowed.append(
          (range, Text("it belongs to access point \(point.identifier)", "属于接入点 \(point.identifier)")))
      }
    }
    for asset in site.assets {
      if let prefix = IPPrefix(asset.address, length: asset.address.bitCount) {
        allowed.append((prefix, Text("it is the asset \(asset.identifier)", "是资产 \(asset.identifier)")))
      }
    }
    for scanner in site.scanners.sorted() {
      if let prefix = IPPrefix(scanner, length: scanner.bitCount) {
        allowed.append((prefix, Text("it may scan", "是授权扫描器")))
      }
    }
    for text in Self.special {
      if let prefix = IPPrefix(text) {
        allowed.append((prefix, Text("it is a special address", "是特殊地址")))
      }
    }
  }

  /// Why a range must not be blocked; nil: it may. A range that holds an allowed address must not be blocked
  /// either, and never one of more than a sixteenth of IPv4 or of a provider's IPv6.
  package func refusal(of prefix: IPPrefix) -> Text? {
    if Int(prefix.length) < (prefix.address.isIPv6 ? 32 : 8) {
      return Text("it is too wide a range", "地址段过大")
    }
    return allowed.first { $0.prefix.contains(prefix) || prefix.contains($0.prefix) }?.reason
  }

  /// Reads an allow-list: one address or range a line, `#` begins a comment. What is neither is told.
  package static func allowList(_ text: String, file: String) -> (prefixes: [IPPrefix], problems: [String]) {
    var prefixes: [IPPrefix] = [], problems: [String] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0.isWhitespace })
      guard let word = words.first else { continue }
      if words.count == 1, let prefix = IPPrefix(word) {
        prefixes.append(prefix)
      } else {
        problems.append(
          "\(file):\(number + 1):1: '\(DocumentReader.shown(String(line)))' is no address or range; "
            + "write one a line, such as 192.0.2.7 or 192.0.2.0/24")
      }
    }
    return (prefixes, problems)
  }
}

/// Entries that can be put into sets: each address once, nothing within something else, what is over left
/// out.
package struct BlockList: Sendable {
  /// In order of family and address.
  package let entries: [BlockEntry]
  /// What was refused, with the reason.
  package let refused: [(entry: BlockEntry, reason: Text)]

  package init(_ entries: [BlockEntry], guardedBy blockGuard: BlockGuard, nowNanoseconds: Int64) {
    var refused: [(BlockEntry, Text)] = []
    var longest: [IPPrefix: BlockEntry] = [:]
    for entry in entries where entry.secondsLeft(at: nowNanoseconds) > 0 {
      if let reason = blockGuard.refusal(of: entry.prefix) {
        refused.append((entry, reason))
      } else if (longest[entry.prefix]?.expiresNanoseconds ?? .min) < entry.expiresNanoseconds {
        longest[entry.prefix] = entry
      }
    }
    let sorted = longest.values.sorted {
      ($0.prefix.address, $0.prefix.length) < ($1.prefix.address, $1.prefix.length)
    }
    var kept: [BlockEntry] = []
    var outer: [IPPrefix] = []
    for entry in sorted {
      while let last = outer.last, !last.contains(entry.prefix) { outer.removeLast() }
      // An inner one only counts where it lasts longer than the range around it: then it stays as a host.
      let around = outer.last.flatMap { longest[$0] }
      if let around, !entry.isHost || around.expiresNanoseconds >= entry.expiresNanoseconds { continue }
      kept.append(entry)
      if !entry.isHost { outer.append(entry.prefix) }
    }
    self.entries = kept
    self.refused = refused
  }
}

/// Forms for other programs.
package enum BlockFormats {
  /// One address or range a line.
  package static func plain(_ list: BlockList) -> String { list.entries.map { $0.text + "\n" }.joined() }

  /// A table with its reasons (RFC 4180).
  package static func csv(_ list: BlockList) -> String {
    let rows = list.entries.map { entry in
      [
        entry.text, entry.reason, entry.incident, entry.scope, Timestamp.text(entry.expiresNanoseconds),
        entry.approvedBy, Timestamp.text(entry.approvedNanoseconds),
      ].map(field).joined(separator: ",")
    }
    return (["address,reason,incident,scope,expires,approved_by,approved_at"] + rows).joined(
      separator: "\r\n")
      + "\r\n"
  }

  /// A field in quotes; a sign that spreadsheets take for a formula is led by an apostrophe.
  private static func field(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
  }

  /// For `ipset restore`: hosts and ranges in sets of their own, which are exchanged at once.
  package static func ipset(_ list: BlockList, nowNanoseconds: Int64) -> String {
    let kinds = [
      ("4", "hash:ip", "inet"), ("4net", "hash:net", "inet"), ("6", "hash:ip", "inet6"),
      ("6net", "hash:net", "inet6"),
    ]
    var lines: [String] = []
    for (suffix, type, family) in kinds {
      let name = "fengsui\(suffix)"
      let options = "\(type) family \(family) maxelem 1048576 timeout 0"
      lines += [
        "create \(name) \(options) -exist", "create \(name)-new \(options) -exist", "flush \(name)-new",
      ]
      for entry in list.entries where NftSet(entry).suffix == suffix {
        // ipset's timeouts end at 2,147,483 seconds.
        let seconds = min(entry.secondsLeft(at: nowNanoseconds), 2_147_483)
        lines.append("add \(name)-new \(entry.text) timeout \(seconds)")
      }
      lines += ["swap \(name)-new \(name)", "destroy \(name)-new"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
