import Sensor

/// Rules that use every keyword, so that damaged bytes go through every condition there is.
///
/// Each keyword's example is one rule; each buffer is also looked at by conditions that read numbers from it,
/// jump by them and search around what they found, with patterns so short that nearly every packet has them.
enum KeywordRules {
  /// Conditions on the bytes of a buffer or payload.
  private static let conditions = [
    "content:\"e\"; nocase; content:\"a\"; distance:0; within:30; content:!\"|00 00|\"; distance:1;",
    "content:\"|00|\"; byte_jump:2,0,relative,multiplier 3; isdataat:1,relative;",
    "byte_extract:2,0,near; byte_test:1,>,near,1; content:\"|01|\"; offset:near;",
    "byte_math:bytes 2, offset 1, oper *, rvalue 3, result far; content:\"|ff|\"; within:far; distance:0;",
    "content:\"o\"; pcre:\"/[a-z]{1,9}.?[\\x00-\\x20]/Rsi\"; byte_jump:1,-4,from_end,post_offset -2;",
    "byte_test:4,!&,0xf0,0; byte_test:3,<,900,1,string,dec; byte_jump:4,2,little,align; isdataat:!600;",
    "content:\"1\"; byte_extract:1,-3,back,relative; content:\".\"; distance:-4; depth:90; endswith;",
    "pcre:\"/(.)\\1{3}[^a]/s\"; content:!\"zzzz\"; isdataat:20;",
  ]

  /// Keywords that count alerts: without any, they would have nothing to do. They let few pass.
  private static let counting: Set<String> = ["threshold", "detection_filter"]

  /// The rules as the text of a file. Those that nearly every packet matches tell nothing: what they would
  /// say is the same each time, and writing it would take longer than all the rest. Rules of tests and our
  /// own, which come with these, do write.
  static func text() -> String {
    var lines: [String] = []
    func add(_ protocolName: String, _ options: String) {
      let number = 8_000_001 + lines.count
      lines.append("alert \(protocolName) any any -> any any (msg:\"\(number)\"; \(options) sid:\(number);)")
    }
    for row in KeywordList.rows() where !row.example.isEmpty && row.name != "msg" && row.name != "sid" {
      add(row.exampleProtocol, row.example + (counting.contains(row.name) ? "" : " noalert;"))
      guard row.values.hasPrefix("sticky buffer") else { continue }
      for turn in 0..<2 {
        let condition = conditions[(lines.count + turn * 3) % conditions.count]
        add(row.exampleProtocol, "\(row.name); \(condition) noalert;")
      }
    }
    for (index, protocolName) in ["tcp", "udp", "ip", "icmp", "tcp-pkt", "tcp-stream"].enumerated() {
      for (number, condition) in conditions.enumerated() where (number + index) % 2 == 0 {
        add(protocolName, "\(condition) noalert;")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
