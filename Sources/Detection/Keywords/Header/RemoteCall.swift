extension Keyword {
  static let remoteCall = Keyword(
    "rpc", .header, "A call of a remote procedure (ONC RPC) in one packet: program, version and procedure.",
    source: "RFC 5531 §9", values: "program[,version or *[,procedure or *]]", example: "rpc:100000,2,3;",
    exampleProtocol: "udp"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count <= 3 else {
      throw value.problem("rpc takes three numbers at most", remedy: "write program,version,procedure")
    }
    let numbers: [PacketNumber] = [.rpcProgram, .rpcVersion, .rpcProcedure]
    let names = ["the program", "the version", "the procedure"]
    for (place, part) in parts.enumerated() {
      if place > 0, part.text == "*" { continue }
      guard part.bytes.allSatisfy({ 0x30...0x39 ~= $0 }) else {
        throw part.problem("“\(part.text)” is no number", remedy: "write \(names[place]) in decimal, or *")
      }
      let wanted = try part.integer(in: 0...Int64(UInt32.max), names[place])
      builder.addPacket(.number(numbers[place], .equal(wanted)))
    }
  }
}
