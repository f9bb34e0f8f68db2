/// How flows are told apart and how long they live: `flow`, `flow-timeouts`, `vlan` of suricata.yaml.
///
/// The defaults are those that hold where the file says nothing; the usual file sets others.
package struct FlowSettings: Sendable, Equatable {
  /// Bytes that flows may take before the emergency mode begins (`flow.memcap`).
  package var memcapBytes = 128 << 20
  /// The emergency ends when this many per cent of the flows have gone (`flow.emergency-recovery`).
  package var emergencyRecoveryPercent = 30
  /// VLAN ids are part of a flow's key (`vlan.use-for-tracking`).
  package var tracksVLAN = true
  /// The depth of tunnels is part of a flow's key (`decoder.recursion-level.use-for-tracking`).
  package var tracksDepth = true
  /// `flow-timeouts.default`: every protocol without its own.
  package var other = FlowTimeouts(
    newSeconds: 30, establishedSeconds: 300, closedSeconds: 0, bypassedSeconds: 100,
    emergencyNewSeconds: 10, emergencyEstablishedSeconds: 100, emergencyClosedSeconds: 0,
    emergencyBypassedSeconds: 50)
  /// `flow-timeouts.tcp`.
  package var tcp = FlowTimeouts(
    newSeconds: 30, establishedSeconds: 300, closedSeconds: 10, bypassedSeconds: 100,
    emergencyNewSeconds: 10, emergencyEstablishedSeconds: 100, emergencyClosedSeconds: 5,
    emergencyBypassedSeconds: 50)
  /// `flow-timeouts.udp`.
  package var udp = FlowTimeouts(
    newSeconds: 30, establishedSeconds: 300, closedSeconds: 0, bypassedSeconds: 100,
    emergencyNewSeconds: 10, emergencyEstablishedSeconds: 100, emergencyClosedSeconds: 0,
    emergencyBypassedSeconds: 50)
  /// `flow-timeouts.icmp`.
  package var icmp = FlowTimeouts(
    newSeconds: 30, establishedSeconds: 300, closedSeconds: 0, bypassedSeconds: 100,
    emergencyNewSeconds: 10, emergencyEstablishedSeconds: 100, emergencyClosedSeconds: 0,
    emergencyBypassedSeconds: 50)

  package init() {}
}

/// For how many seconds without a packet a flow is kept, by state; the emergency ones apply while memory is
/// short.
package struct FlowTimeouts: Sendable, Equatable {
  package var newSeconds: Int
  package var establishedSeconds: Int
  package var closedSeconds: Int
  package var bypassedSeconds: Int
  package var emergencyNewSeconds: Int
  package var emergencyEstablishedSeconds: Int
  package var emergencyClosedSeconds: Int
  package var emergencyBypassedSeconds: Int

  package init(
    newSeconds: Int, establishedSeconds: Int, closedSeconds: Int, bypassedSeconds: Int,
    emergencyNewSeconds: Int,
    emergencyEstablishedSeconds: Int, emergencyClosedSeconds: Int, emergencyBypassedSeconds: Int
  ) {
    self.newSeconds = newSeconds
    self.establishedSeconds = establishedSeconds
    self.closedSeconds = closedSeconds
    self.bypassedSeconds = bypassedSeconds
    self.emergencyNewSeconds = emergencyNewSeconds
    self.emergencyEstablishedSeconds = emergencyEstablishedSeconds
    self.emergencyClosedSeconds = emergencyClosedSeconds
    self.emergencyBypassedSeconds = emergencyBypassedSeconds
  }

  /// The time-out of a state in seconds.
  func seconds(_ state: Flow.State, isEmergency: Bool) -> Int {
    switch state {
    case .new: isEmergency ? emergencyNewSeconds : newSeconds
    case .established: isEmergency ? emergencyEstablishedSeconds : establishedSeconds
    case .closed: isEmergency ? emergencyClosedSeconds : closedSeconds
    case .bypassed: isEmergency ? emergencyBypassedSeconds : bypassedSeconds
    }
  }
}

/// The time-outs in nanoseconds, laid out so that a packet finds its own with one load.
struct FlowLifetimes: Sendable {
  private var table: [Int64]

  init(_ settings: FlowSettings) {
    table = [settings.other, settings.tcp, settings.udp, settings.icmp].flatMap { timeouts in
      [false, true].flatMap { isEmergency in
        Flow.State.allCases.map { state in
          // A century is as good as for ever, and never overflows.
          let seconds = min(max(timeouts.seconds(state, isEmergency: isEmergency), 0), 3_153_600_000)
          return Int64(seconds) &* 1_000_000_000
        }
      }
    }
  }

  @inline(__always)
  subscript(_ ipProtocol: UInt8, _ state: Flow.State, _ isEmergency: Bool) -> Int64 {
    let row = ipProtocol == 6 ? 1 : ipProtocol == 17 ? 2 : ipProtocol == 1 || ipProtocol == 58 ? 3 : 0
    return table[row &* 8 &+ (isEmergency ? 4 : 0) &+ Int(state.rawValue)]
  }
}
