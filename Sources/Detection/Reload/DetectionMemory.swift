/// What detection remembers beyond packets and flows: bits of hosts, counts of thresholds, tags of hosts,
/// data sets. It outlives the rules in force.
///
/// Confined to the thread of the inspector that has it; inspectors that must share it run on one thread.
package final class DetectionMemory {
  /// State of hosts, which workers share.
  let hosts: any HostState
  /// Hosts that are tagged.
  var tags = TagTable() {
    didSet { hasTags = !tags.hosts.isEmpty }
  }
  /// There are such hosts: asked with every packet, and all that changes it is seen by the compiler.
  private(set) var hasTags = false
  /// Matches are counted where that decides on packets.
  private(set) var countsMatches: Bool
  private let shared: SharedMemory
  /// The order of workers that share what outlives flows; nil where there is only one.
  private let turn: (any Turn)?
  /// The data sets as they are now.
  private(set) var datasets: DatasetTable

  /// The memory of a run's first rules. `hosts` keeps the bits of hosts.
  package init(_ rules: RuleSet, hosts: any HostState = HostTable()) {
    shared = SharedMemory(hosts)
    self.hosts = hosts
    turn = nil
    datasets = DatasetTable(rules.datasets)
    countsMatches = rules.thresholdsDecide
    if countsMatches { shared.thresholds = ThresholdTable() }
  }

  /// The memory of one of several workers: what outlives flows is shared with another one's, and asked in
  /// turn.
  package init(sharing other: DetectionMemory, _ turn: any Turn) {
    shared = other.shared
    hosts = HostsInTurn(shared.hosts, turn)
    self.turn = turn
    tags = other.tags
    hasTags = other.hasTags
    datasets = other.datasets
    countsMatches = other.countsMatches
  }

  /// Counts matches where that decides on packets: then all matches pass here, in packet order.
  package var thresholds: ThresholdTable? {
    get {
      turn?.wait()
      return shared.thresholds
    }
    _modify {
      turn?.wait()
      yield &shared.thresholds
    }
  }

  /// Other rules have come into force: what they do not ask of is forgotten, the rest stays.
  ///
  /// `counted` are the thresholds that were counted elsewhere; they go on here where the new rules decide by
  /// them.
  package func renew(by succession: Succession, counted: ThresholdTable) {
    tags.renew(by: succession)
    datasets = DatasetTable(Self.datasets(succession.new.datasets, after: datasets.sets))
    if succession.new.thresholdsDecide {
      var kept = shared.thresholds ?? counted
      kept.renew(by: succession)
      shared.thresholds = kept
    } else {
      shared.thresholds = nil
    }
    countsMatches = succession.new.thresholdsDecide
  }

  /// The new sets, with the members that the same sets had.
  private static func datasets(_ new: [Dataset], after old: [Dataset]) -> [Dataset] {
    let known = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
    return new.map { set in
      guard let before = known[set.name] else { return set }
      var set = set
      set.takeOver(before)
      return set
    }
  }
}

/// What the memories of several workers have in common.
private final class SharedMemory {
  let hosts: any HostState
  var thresholds: ThresholdTable?

  init(_ hosts: any HostState) {
    self.hosts = hosts
  }
}

extension Dataset {
  /// Takes the members of the same set over, unless they come from a list that has changed.
  mutating func takeOver(_ old: Dataset) {
    guard kind == old.kind, savePath != nil || listDigest == old.listDigest else { return }
    takeMembers(of: old)
  }
}

extension TagTable {
  /// Other rules have come into force: tags hold on, also those whose rule is gone.
  mutating func renew(by succession: Succession) {
    hosts = hosts.mapValues { $0.map { $0.renewed(by: succession) } }
  }
}

extension ActiveTag {
  /// The tag with its rule's new number. One whose rule is gone keeps a number of its own below 0.
  func renewed(by succession: Succession) -> ActiveTag {
    if rule < 0 { return self }
    var tag = ActiveTag(
      tag: tag, rule: succession.numbered(rule) ?? -1 &- rule, startSeconds: startSeconds, bytes: bytes)
    tag.packets = packets
    return tag
  }
}

extension ThresholdTable {
  /// Other rules have come into force: the counts of thresholds that are as they were go on.
  package mutating func renew(by succession: Succession) {
    let (before, after) = (succession.old.signatures, succession.new.signatures)
    let (olds, news) = (before.span, after.span)
    var kept: Set<Key> = []
    // Few rules count: the others are passed by where they lie, as traffic waits.
    for index in olds.indices where !(olds[index].thresholds.isEmpty && olds[index].rateFilters.isEmpty) {
      guard let number = succession.numbered(Int32(clamping: index)).map(Int.init) else { continue }
      let thresholds = zip(olds[index].thresholds, news[number].thresholds)
      for (position, pair) in thresholds.enumerated() where pair.0 == pair.1 {
        kept.insert(Self.place(olds[index], position))
      }
      let filters = zip(olds[index].rateFilters, news[number].rateFilters)
      for (position, pair) in filters.enumerated() where pair.0 == pair.1 {
        kept.insert(Self.place(olds[index], 128 + position))
      }
    }
    keep { kept.contains($0) }
  }
}
