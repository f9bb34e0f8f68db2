import Detection
import Events
import Wire

/// Takes lines of one output, in order.
protocol LineOutput: AnyObject {
  func write(lines bytes: RawSpan) throws
  func flush() throws
  func close() throws
}

/// Brings the events of all workers into one order, applies thresholds in it, and hands them to the outputs.
///
/// The order is that of packets, flows and their sequence, so that it does not depend on the number of
/// workers.
struct Merger: ~Copyable {
  private var rules: RuleSet?
  private let lineOutputs: [any LineOutput]
  private let outputs: [any Output]
  private(set) var thresholds: ThresholdTable
  /// Flows with an alert that passed its thresholds, until the flow's own record comes.
  private var alertedFlows: Set<UInt64> = []
  private(set) var suppressedCount: UInt64 = 0
  /// Alerts that passed their thresholds and were more than one packet may raise.
  private(set) var overflowCount: UInt64 = 0
  /// `packet-alert-max`.
  private let alertsPerPacketMax: Int
  /// Alerts by the position of their signature.
  private(set) var alertsBySignature: [Int: UInt64] = [:]
  /// Alerts of rules that are no longer in force.
  private(set) var earlierAlerts: [(identity: SignatureIdentity, count: UInt64)] = []
  private var scratch: [UInt8] = []
  private var structured: [Event] = []

  /// Bound of flows remembered as alerted: one word each; past it their records may miss the mark.
  private static let alertedFlowsMax = 1 << 20

  init(
    rules: RuleSet?, lineOutputs: [any LineOutput], outputs: [any Output], alertsPerPacketMax: Int = 15
  ) {
    self.rules = rules
    self.alertsPerPacketMax = alertsPerPacketMax
    self.lineOutputs = lineOutputs
    self.outputs = outputs
    thresholds = ThresholdTable()
  }

  /// Where an entry is: which buffer, and its position there.
  private struct Place {
    let order: EventOrder
    let buffer: Int
    let entry: Int
  }

  mutating func merge(_ buffers: [EventBuffer]) throws {
    var admitted = buffers.map { [Bool](repeating: true, count: $0.matches.count) }
    decideMatches(buffers, &admitted)
    let places = ordered(buffers.map(\.entries.count)) { buffers[$0].entries[$1].order }
    for (output, target) in lineOutputs.enumerated() {
      try write(places, buffers, admitted, output, target)
    }
    try mergeStructured(buffers, admitted)
    for buffer in buffers {
      for entry in buffer.entries where entry.isFlow { alertedFlows.remove(entry.order.flow) }
    }
  }

  /// Writes one output's lines in their order, from where they lie: those one behind the other go together.
  private mutating func write(
    _ places: [Place], _ buffers: [EventBuffer], _ admitted: [[Bool]], _ output: Int,
    _ target: any LineOutput
  ) throws {
    guard !places.isEmpty else { return }
    var run = 0..<0
    var source = 0
    for place in places {
      let entry = buffers[place.buffer].entries[place.entry]
      guard entry.output == output, entry.match < 0 || admitted[place.buffer][Int(entry.match)] else {
        continue
      }
      if place.buffer != source || entry.start != run.upperBound {
        try write(run, of: buffers[source], target)
        (source, run) = (place.buffer, entry.start..<entry.start)
      }
      if entry.isFlow, alertedFlows.contains(entry.order.flow) {
        try write(run, of: buffers[source], target)
        scratch.removeAll(keepingCapacity: true)
        appendAlerted(buffers[source].bytes[entry.start..<entry.end])
        try target.write(lines: scratch.rawSpan)
        run = entry.end..<entry.end
      } else {
        run = run.lowerBound..<entry.end
      }
    }
    try write(run, of: buffers[source], target)
  }

  private func write(_ run: Range<Int>, of buffer: EventBuffer, _ target: any LineOutput) throws {
    if !run.isEmpty { try target.write(lines: buffer.bytes.rawSpan.part(run.lowerBound, run.count)) }
  }

  /// Other rules have come into force. `decided` are thresholds that workers have counted: they go on here
  /// where the workers no longer do.
  mutating func exchange(_ rules: RuleSet, by succession: Succession?, decided: ThresholdTable?) {
    self.rules = rules
    if let decided { thresholds = decided }
    guard let succession else { return }
    thresholds.renew(by: succession)
    var counts: [Int: UInt64] = [:]
    for (signature, count) in alertsBySignature {
      if let number = succession.numbered(Int32(clamping: signature)) {
        counts[Int(number), default: 0] &+= count
      } else {
        earlierAlerts.append((succession.old.signatures[signature].identity, count))
      }
    }
    alertsBySignature = counts
  }

  mutating func flush() throws {
    for output in lineOutputs { try output.flush() }
    for output in outputs { try output.flush() }
  }

  /// Closes all outputs, each of them even where another fails; the first failure is thrown.
  mutating func close() throws {
    var failure: (any Error)?
    for output in lineOutputs {
      do { try output.close() } catch { failure = failure ?? error }
    }
    for output in outputs {
      do { try output.close() } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  /// Applies thresholds to all matches in the order of packets, then the limit on the alerts of each packet.
  private mutating func decideMatches(_ buffers: [EventBuffer], _ admitted: inout [[Bool]]) {
    guard let rules, buffers.contains(where: { !$0.matches.isEmpty }) else { return }
    let places = ordered(buffers.map(\.matches.count)) { buffers[$0].matches[$1].order }
    var passed = 0
    for place in places {
      let match = buffers[place.buffer].matches[place.entry]
      if match.beginsPacket { passed = 0 }
      let signature = rules.signatures[match.signature]
      let isLimited =
        !match.isDecided && !(signature.thresholds.isEmpty && signature.suppressions.isEmpty)
      let isReported =
        !isLimited
        || thresholds.admit(
          signature, source: match.source, destination: match.destination, flow: match.flow,
          timeMicroseconds: match.timeMicroseconds)
      if isReported { passed += 1 }
      let passes = isReported && passed <= alertsPerPacketMax
      if passes { alertsBySignature[match.signature, default: 0] &+= 1 }
      admitted[place.buffer][place.entry] = passes
      if !isReported {
        suppressedCount &+= 1
      } else if !passes {
        overflowCount &+= 1
      } else if isLimited, alertedFlows.count < Self.alertedFlowsMax {
        alertedFlows.insert(match.flow)
      }
    }
  }

  private mutating func mergeStructured(_ buffers: [EventBuffer], _ admitted: [[Bool]]) throws {
    guard !outputs.isEmpty, buffers.contains(where: { !$0.structured.isEmpty }) else { return }
    structured.removeAll(keepingCapacity: true)
    for place in ordered(buffers.map(\.structured.count), { buffers[$0].structured[$1].order }) {
      let item = buffers[place.buffer].structured[place.entry]
      guard item.match < 0 || admitted[place.buffer][Int(item.match)] else { continue }
      if case .flow(var flow) = item.event, alertedFlows.contains(flow.order.flow) {
        flow.hasAlerted = true
        structured.append(.flow(flow))
      } else {
        structured.append(item.event)
      }
    }
    for output in outputs { try output.write(structured) }
  }

  /// All places of some buffers' lists in order. What one worker gives is in order already, mostly.
  private func ordered(_ counts: [Int], _ order: (Int, Int) -> EventOrder) -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(counts.reduce(0, +))
    var isSorted = true
    for (buffer, count) in counts.enumerated() {
      for entry in 0..<count {
        let place = Place(order: order(buffer, entry), buffer: buffer, entry: entry)
        if let last = places.last, place.order < last.order { isSorted = false }
        places.append(place)
      }
    }
    if !isSorted {
      places.sort {
        $0.order != $1.order ? $0.order < $1.order : ($0.buffer, $0.entry) < ($1.buffer, $1.entry)
      }
    }
    return places
  }

  /// Appends a flow's line with its mark turned to `true`.
  private mutating func appendAlerted(_ line: ArraySlice<UInt8>) {
    let unmarked = Array("\"alerted\":false".utf8)
    let begin = UInt8(ascii: "a")
    // Most places are ruled out by one byte.
    if let start = line.indices.first(where: { start in
      start + 1 < line.endIndex && line[start + 1] == begin && line[start...].starts(with: unmarked)
    }) {
      scratch += line[line.startIndex..<start]
      scratch += Array("\"alerted\":true".utf8)
      scratch += line[(start + unmarked.count)...]
    } else {
      scratch += line
    }
  }
}
