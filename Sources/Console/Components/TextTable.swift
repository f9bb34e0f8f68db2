package import Correlation
package import Store

/// Rows as aligned plain text, for lists that are printed rather than drawn.
package struct TextTable {
  private let headings: [String]
  private let rightAligned: Set<Int>
  private var rows: [[String]] = []

  package init(_ headings: [String], rightAligned: Set<Int> = []) {
    self.headings = headings
    self.rightAligned = rightAligned
  }

  package mutating func add(_ row: [String]) {
    rows.append(row.map { DisplayText.safe($0) })
  }

  /// The heading and one line a row; the last column is not filled up.
  package var lines: [String] {
    let all = [headings] + rows
    let widths = headings.indices.map { column in
      all.map { $0.indices.contains(column) ? DisplayText.width($0[column]) : 0 }.max() ?? 0
    }
    return all.map { row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 && !rightAligned.contains(column)
          ? cell : DisplayText.fitted(cell, to: widths[column], alignsRight: rightAligned.contains(column))
      }
      return cells.joined(separator: "  ")
    }
  }

  /// Alerts, one a line.
  package static func alerts(_ alerts: [AlertRecord], language: Language) -> [String] {
    var table = TextTable(
      language == .chinese
        ? ["时间", "级别", "签名", "源", "目的", "事件", "说明"]
        : ["time", "priority", "sid", "source", "destination", "incident", "message"], rightAligned: [1, 2])
    for alert in alerts {
      table.add([
        Moment.text(alert.time), "\(alert.priority)", "\(alert.sid)",
        endpoint(alert.source, alert.sourcePort), endpoint(alert.destination, alert.destinationPort),
        alert.incident ?? "-", alert.subject.isEmpty ? alert.message : "\(alert.message)  [\(alert.subject)]",
      ])
    }
    return table.lines
  }

  /// Flows, one a line.
  package static func flows(_ flows: [FlowRecord], language: Language) -> [String] {
    var table = TextTable(
      language == .chinese
        ? ["开始", "时长", "客户端", "服务端", "协议", "状态", "包数", "字节", "告警"]
        : ["start", "duration", "client", "server", "protocol", "state", "packets", "bytes", "alerted"],
      rightAligned: [6, 7])
    for flow in flows {
      table.add([
        Moment.text(flow.start), Moment.duration(flow.end - flow.start),
        endpoint(flow.client, flow.clientPort),
        endpoint(flow.server, flow.serverPort),
        flow.applicationProtocol.isEmpty ? protocolName(flow.ipProtocol) : flow.applicationProtocol,
        flow.state,
        Amount.count(flow.packetsToServer + flow.packetsToClient),
        Amount.bytes(flow.bytesToServer + flow.bytesToClient), flow.alerted ? "!" : "",
      ])
    }
    return table.lines
  }

  /// Address and port as they are usually written.
  package static func endpoint(_ address: String, _ port: Int) -> String {
    if port == 0 { return address }
    return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// Name of an IP protocol number (IANA), or the number.
  package static func protocolName(_ number: Int) -> String {
    [1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "icmpv6", 132: "sctp"][number] ?? "\(number)"
  }
}
