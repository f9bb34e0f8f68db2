import Wire

/// What `tag` keeps: the packets of a session or host, until so many have come.
package struct Tag: Sendable, BitwiseCopyable {
  package enum Scope: Sendable, BitwiseCopyable { case session, source, destination }
  package enum Metric: Sendable, BitwiseCopyable { case packets, bytes, seconds }

  package var scope = Scope.session
  package var metric = Metric.packets
  /// 256 packets where the rule gives no number, as Suricata keeps.
  package var limit: Int64 = 256

  package init() {}
}

/// A tag that holds, with what it has counted; the packet that set it counts too.
struct ActiveTag: BitwiseCopyable {
  let tag: Tag
  let rule: Int32
  let startSeconds: Int64
  var packets: Int64 = 1
  var bytes: Int64

  /// Counts a packet; false once the tag is over.
  mutating func admits(_ packet: Packet) -> Bool {
    packets &+= 1
    bytes &+= Int64(packet.wireLength)
    switch tag.metric {
    case .packets: return packets <= tag.limit
    case .bytes: return bytes <= tag.limit
    case .seconds: return packet.timeSeconds &- startSeconds <= tag.limit
    }
  }
}

/// The hosts that are tagged, in a table of bounded size.
struct TagTable {
  var hosts: [IPAddress: [ActiveTag]] = [:]
  /// Hosts and tags kept at most: a scan must not fill the memory.
  private static let hostsMax = 1 << 16
  static let tagsMax = 16

  /// Tags a host; the same rule's tag on it stays.
  mutating func set(_ tag: ActiveTag, on host: IPAddress) {
    guard hosts.count < Self.hostsMax || hosts[host] != nil else { return }
    Self.set(tag, in: &hosts[host, default: []])
  }

  /// Adds a tag to a list, where its rule has none there.
  static func set(_ tag: ActiveTag, in tags: inout [ActiveTag]) {
    guard tags.count < tagsMax,
      !tags.contains(where: { $0.rule == tag.rule && $0.tag.scope == tag.tag.scope })
    else { return }
    tags.append(tag)
  }

  /// Whether a packet is of a tagged host; counts it.
  mutating func isTagged(_ packet: Packet) -> Bool {
    if hosts.isEmpty { return false }
    let isFromTagged = count(packet, packet.source)
    let isToTagged = count(packet, packet.destination)
    return isFromTagged || isToTagged
  }

  private mutating func count(_ packet: Packet, _ host: IPAddress) -> Bool {
    guard var tags = hosts[host] else { return false }
    let isTagged = Self.count(packet, &tags)
    hosts[host] = tags.isEmpty ? nil : tags
    return isTagged
  }

  /// Counts a packet against tags, and takes away those that are over.
  static func count(_ packet: Packet, _ tags: inout [ActiveTag]) -> Bool {
    tags = tags.compactMap { tag in
      var tag = tag
      return tag.admits(packet) ? tag : nil
    }
    return !tags.isEmpty
  }
}

extension Inspector {
  /// Whether the packet is one that a tag keeps; sets the tags of the rules that have just fired.
  mutating func settleTags(_ subject: Subject, _ alerts: [Alert]) {
    isTagged = false
    if subject.isEnd { return }
    if alerts.isEmpty, !memory.hasTags, !subject.hasTags { return }
    let packet = subject.packet
    if subject.hasTags, let detection = subject.detection {
      isTagged = TagTable.count(packet, &detection.tags)
    }
    if memory.tags.isTagged(packet) { isTagged = true }
    for alert in alerts {
      for effect in rules.signatures[alert.signature].effects {
        guard case .tag(let tag) = effect else { continue }
        let active = ActiveTag(
          tag: tag, rule: Int32(clamping: alert.signature), startSeconds: packet.timeSeconds,
          bytes: Int64(packet.wireLength))
        switch tag.scope {
        case .session: if let detection = subject.detection { TagTable.set(active, in: &detection.tags) }
        case .source: memory.tags.set(active, on: packet.source)
        case .destination: memory.tags.set(active, on: packet.destination)
        }
      }
    }
  }
}
