package import Wire

/// Puts datagrams together from IPv4 and IPv6 fragments, before packets are dispatched to workers.
///
/// Comes in: packets with `isFragment`. Goes out: the bytes of whole datagrams, with the link header of the
/// fragment that gave theirs, to be decoded with `PacketDecoder.decodeDatagram`. The bounds are the settings'
/// trackers, fragments and bytes: where one is reached, the oldest datagram gives way.
package struct Defragmenter: ~Copyable {
  /// What tells datagrams apart (RFC 791 §3.2, RFC 8200 §4.5).
  private struct Key: Equatable, BitwiseCopyable {
    let source: IPAddress
    let destination: IPAddress
    let identification: UInt32
    /// IPv4 only.
    let ipProtocol: UInt8
    let depth: UInt8
    let vlans: UInt64

    /// Written out, so that it is compared word by word.
    static func == (left: Key, right: Key) -> Bool {
      left.identification == right.identification && left.source == right.source
        && left.destination == right.destination && left.ipProtocol == right.ipProtocol
        && left.depth == right.depth && left.vlans == right.vlans
    }

    func hash(_ seed: UInt64) -> UInt64 {
      let rest = UInt64(identification) << 16 | UInt64(ipProtocol) << 8 | UInt64(depth)
      return FlowKey.hash(source, destination, rest, vlans, seed)
    }
  }

  package let settings: DefragmentSettings
  package private(set) var counters = DefragmentCounters()
  /// Datagrams in the making, each in a place that stays its own; places in `free` are empty.
  private var places: [Place] = []
  private var free: [Int32] = []
  /// The first place of each chain of places whose keys have the same hash, −1: none. Made with the first
  /// fragment: twice as many as there may be datagrams.
  private var chains: [Int32] = []
  /// For each place the next of its chain, and a part of its key's hash: a chain is walked without looking at
  /// the places, which lie far apart.
  private var links: [Link] = []
  private let seed: UInt64
  /// Places in the order in which their datagrams began; those before `queueHead` are done with.
  private var queue: [(place: Int32, serial: UInt64)] = []
  private var queueHead = 0
  private var serial: UInt64 = 0
  private var fragmentCount = 0
  /// Bytes that the fragments hold.
  package private(set) var memoryBytes = 0

  /// Where a datagram is put together.
  private struct Place {
    var key: Key
    var chain: Int
    var datagram: Datagram
    /// What of it is counted in `memoryBytes` and `fragmentCount`.
    var countedBytes = 0
    var countedFragments = 0
  }

  private struct Link {
    /// −1: none.
    var next: Int32
    var tag: UInt32
  }

  /// A fixed `seed` in replays makes runs equal; a random one live makes collisions hard to provoke.
  package init(_ settings: DefragmentSettings = DefragmentSettings(), seed: UInt64 = 0) {
    self.settings = settings
    self.seed = seed
  }

  /// Datagrams in the making.
  package var count: Int { places.count &- free.count }

  /// Takes a fragment in; returns the whole datagram if it was the last one missing.
  ///
  /// `bytes` are the frame's, in which the packet's offsets count. Raises `…FragmentOverlap`,
  /// `…FragmentPacketTooLarge` and `…FragmentIgnored` on the packet.
  package mutating func take(
    _ packet: inout Packet, _ bytes: RawSpan, nowNanoseconds: Int64
  ) -> WholeDatagram? {
    guard packet.isFragment, !packet.isInvalid else { return nil }
    let isIPv6 = packet.ipVersion == 6
    if isIPv6 { counters.ipv6Fragments &+= 1 } else { counters.ipv4Fragments &+= 1 }
    let payload = packet.payload(of: bytes)
    let offset = Int(packet.fragmentOffsetBytes)
    let headerBytes = isIPv6 ? 0 : Int(packet.networkHeaderLength)
    if offset &+ payload.byteCount &+ headerBytes > 65535 {
      packet.events.insert(
        (isIPv6 ? DecoderEvent.ipv6FragmentPacketTooLarge : .ipv4FragmentPacketTooLarge).rawValue)
      return nil
    }
    let key = key(packet)
    expire(nowNanoseconds)
    let hash = key.hash(seed)
    let chain = chain(of: hash)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var known = find(key, chain, tag)
    if let place = known, places[Int(place)].datagram.isOver(nowNanoseconds) {
      drop(place)
      known = nil
    }
    if makeRoom(for: payload.byteCount, isNew: known == nil), let place = known,
      !isInUse(place, key)
    {
      known = nil
    }
    let place = Int(known ?? begin(key, chain, tag, packet, nowNanoseconds))
    let overlaps = places[place].datagram.add(
      payload, at: offset, isLast: !packet.hasMoreFragments, networkOffset: Defragmenter.linkBytes(packet),
      header: Defragmenter.header(packet, bytes))
    count(place)
    if overlaps {
      packet.events.insert((isIPv6 ? DecoderEvent.ipv6FragmentOverlap : .ipv4FragmentOverlap).rawValue)
    }
    guard let whole = places[place].datagram.whole else { return nil }
    if isIPv6 { counters.ipv6Reassembled &+= 1 } else { counters.ipv4Reassembled &+= 1 }
    let start = places[place].datagram.networkOffset
    drop(Int32(place))
    let datagram =
      isIPv6
      ? Defragmenter.finishIPv6(whole.header, at: start, whole.data)
      : Defragmenter.finishIPv4(whole.header, at: start, whole.data)
    return datagram.map { WholeDatagram(bytes: $0, networkOffset: start) }
  }

  private func key(_ packet: Packet) -> Key {
    var vlans: UInt64 = 0
    if settings.tracksVLAN {
      vlans = UInt64(packet.vlan2) << 32 | UInt64(packet.vlan1) << 16 | UInt64(packet.vlan0)
    }
    return Key(
      source: packet.source, destination: packet.destination, identification: packet.identification,
      ipProtocol: packet.ipVersion == 4 ? packet.ipProtocol : 0, depth: packet.depth, vlans: vlans)
  }

  private mutating func chain(of hash: UInt64) -> Int {
    if chains.isEmpty {
      var size = 256
      while size < settings.trackersMax &* 2, size < 1 << 22 { size &*= 2 }
      chains = [Int32](repeating: -1, count: size)
    }
    return Int(truncatingIfNeeded: hash & UInt64(chains.count &- 1))
  }

  private func find(_ key: Key, _ chain: Int, _ tag: UInt32) -> Int32? {
    var place = chains[chain]
    while place >= 0 {
      let link = links[Int(place)]
      if link.tag == tag, places[Int(place)].key == key { return place }
      place = link.next
    }
    return nil
  }

  private mutating func begin(
    _ key: Key, _ chain: Int, _ tag: UInt32, _ packet: Packet, _ now: Int64
  ) -> Int32 {
    serial &+= 1
    let datagram = Datagram(
      createdNanoseconds: now, timeoutSeconds: settings.timeoutSeconds(for: packet.destination),
      policy: settings.hostPolicies.policy(for: packet.destination), serial: serial)
    let begun = Place(key: key, chain: chain, datagram: datagram)
    let link = Link(next: chains[chain], tag: tag)
    let place: Int32
    if let empty = free.popLast() {
      place = empty
      places[Int(place)] = begun
      links[Int(place)] = link
    } else {
      place = Int32(places.count)
      places.append(begun)
      links.append(link)
    }
    chains[chain] = place
    queue.append((place, serial))
    return place
  }

  /// Brings what all fragments take up to date with one datagram.
  private mutating func count(_ place: Int) {
    let bytes = places[place].datagram.storageBytes &+ Defragmenter.bytesPerDatagram
    let fragments = places[place].datagram.fragmentCount
    memoryBytes &+= bytes &- places[place].countedBytes
    fragmentCount &+= fragments &- places[place].countedFragments
    places[place].countedBytes = bytes
    places[place].countedFragments = fragments
  }

  /// Estimated bytes of a datagram in the making without its data.
  private static let bytesPerDatagram = 256

  /// Whether a place still holds the datagram of a key.
  private func isInUse(_ place: Int32, _ key: Key) -> Bool {
    places[Int(place)].datagram.serial != 0 && places[Int(place)].key == key
  }

  /// Empties a place: its fragments go, and what is left has the serial number 0.
  private mutating func drop(_ place: Int32) {
    let index = Int(place)
    memoryBytes &-= places[index].countedBytes
    fragmentCount &-= places[index].countedFragments
    places[index].countedBytes = 0
    places[index].countedFragments = 0
    let (chain, next) = (places[index].chain, links[index].next)
    if chains[chain] == place {
      chains[chain] = next
    } else {
      var before = Int(chains[chain])
      while links[before].next != place { before = Int(links[before].next) }
      links[before].next = next
    }
    places[index].datagram.clear()
    free.append(place)
  }

  /// Drops the datagrams at the front of the queue whose time is over.
  private mutating func expire(_ now: Int64) {
    while queueHead < queue.count {
      let front = queue[queueHead]
      if places[Int(front.place)].datagram.serial == front.serial {
        guard places[Int(front.place)].datagram.isOver(now) else { break }
        counters.timedOut &+= 1
        drop(front.place)
      }
      advanceQueue()
    }
  }

  private mutating func advanceQueue() {
    queueHead &+= 1
    if queueHead >= 1024, queueHead &* 2 >= queue.count {
      queue.removeSubrange(0..<queueHead)
      queueHead = 0
    }
  }

  /// Lets the oldest datagrams go until a fragment fits; true if some had to.
  private mutating func makeRoom(for byteCount: Int, isNew: Bool) -> Bool {
    var hasDropped = false
    while queueHead < queue.count {
      let lacksTrackers = isNew && count >= settings.trackersMax
      let lacksFragments = fragmentCount >= settings.fragmentsMax
      // A datagram's storage may double as it grows.
      let lacksMemory = memoryBytes &+ byteCount &* 2 &+ 65535 > max(settings.memcapBytes, 1 << 18)
      guard lacksTrackers || lacksFragments || lacksMemory else { break }
      if lacksTrackers { counters.maxTrackersHit &+= 1 }
      if lacksFragments { counters.maxFragmentsHit &+= 1 }
      if lacksMemory { counters.memcapHit &+= 1 }
      let front = queue[queueHead]
      if places[Int(front.place)].datagram.serial == front.serial {
        drop(front.place)
        hasDropped = true
      }
      advanceQueue()
    }
    return hasDropped
  }
}

// Headers of whole datagrams.
extension Defragmenter {
  /// Bytes before the IP header that are kept: the frame's link header, nothing of a tunnel's.
  private static func linkBytes(_ packet: Packet) -> Int {
    packet.depth == 0 && !packet.isReassembled ? max(Int(packet.networkOffset), 0) : 0
  }

  /// What stands before the data in the first fragment: for IPv6 without the fragment header.
  private static func header(_ packet: Packet, _ bytes: RawSpan) -> [UInt8] {
    let link = linkBytes(packet)
    let start = Int(packet.networkOffset)
    let length = Int(packet.payloadOffset) &- start
    guard packet.ipVersion == 6 else { return bytes.part(start &- link, length &+ link).copied() }
    guard length >= 48 else { return [] }
    let fragmentHeader = link &+ length &- 8
    var header = bytes.part(start &- link, fragmentHeader).copied()
    // The header before the fragment header now leads to what follows that (RFC 8200 §4.5).
    var nextAt = link &+ 6
    var position = link &+ 40
    while position < fragmentHeader, position &+ 2 <= header.count {
      let kind = header[nextAt]
      nextAt = position
      let units = Int(header[position &+ 1])
      position &+= kind == 51 ? (units &+ 2) &* 4 : (units &+ 1) &* 8
    }
    guard position == fragmentHeader else { return [] }
    header[nextAt] = bytes[start &- link &+ fragmentHeader]
    return header
  }

  /// Sets length, flags and checksum of the header at `start` (RFC 791 §3.1).
  private static func finishIPv4(_ header: [UInt8], at start: Int, _ data: ArraySlice<UInt8>) -> [UInt8]? {
    let length = header.count &- start &+ data.count
    guard header.count &- start >= 20, length <= 65535 else { return nil }
    var datagram = header
    datagram.reserveCapacity(header.count &+ data.count)
    datagram[start &+ 2] = UInt8(truncatingIfNeeded: length >> 8)
    datagram[start &+ 3] = UInt8(truncatingIfNeeded: length)
    datagram[start &+ 6] = 0
    datagram[start &+ 7] = 0
    datagram[start &+ 10] = 0
    datagram[start &+ 11] = 0
    var sum: UInt32 = 0
    for index in stride(from: start, to: header.count &- 1, by: 2) {
      sum &+= UInt32(datagram[index]) << 8 | UInt32(datagram[index &+ 1])
    }
    while sum > 0xffff { sum = (sum & 0xffff) &+ (sum >> 16) }
    datagram[start &+ 10] = UInt8(truncatingIfNeeded: ~sum >> 8)
    datagram[start &+ 11] = UInt8(truncatingIfNeeded: ~sum)
    datagram += data
    return datagram
  }

  /// Sets the payload length of the header at `start` (RFC 8200 §3).
  private static func finishIPv6(_ header: [UInt8], at start: Int, _ data: ArraySlice<UInt8>) -> [UInt8]? {
    let length = header.count &- start &- 40 &+ data.count
    guard header.count &- start >= 40, length <= 65535 else { return nil }
    var datagram = header
    datagram[start &+ 4] = UInt8(truncatingIfNeeded: length >> 8)
    datagram[start &+ 5] = UInt8(truncatingIfNeeded: length)
    datagram += data
    return datagram
  }
}
