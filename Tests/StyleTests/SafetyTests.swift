import Testing

@Suite struct SafetyTests {
  /// Where `unsafe` may stand: the C boundary, and the audited loads under the parsers.
  static let boundaries: Set<String> = [
    "Sources/Capture/CBPF.swift",
    "Sources/Capture/CByteCopy.swift",
    "Sources/Capture/Files/CFile.swift",
    "Sources/Capture/Files/CGzip.swift",
    "Sources/Capture/Live/CPcapLive.swift",
    "Sources/Console/Terminal/CursesTerminal.swift",
    "Sources/Correlation/Digest.swift",
    "Sources/Detection/Evaluation/CompiledPattern.swift",
    "Sources/Detection/Evaluation/Digest.swift",
    "Sources/Detection/Evaluation/FileMagic.swift",
    "Sources/Detection/Evaluation/GeoDatabase.swift",
    "Sources/Detection/Keywords/Payload/PatternCheck.swift",
    "Sources/Detection/Prefilter/LiteralDatabase.swift",
    "Sources/Detection/Scripting/CLuaState.swift",
    "Sources/Events/EVE/CommunityID+OpenSSL.swift",
    "Sources/Events/JSON/ByteBuffer+Memory.swift",
    "Sources/Flows/FlowTable+Foresight.swift",
    "Sources/Outputs/Containment/ChildProcess+System.swift",
    "Sources/Outputs/FileDescriptor+System.swift",
    "Sources/Protocols/Digest+OpenSSL.swift",
    "Sources/Protocols/QUIC/QUICCipher+OpenSSL.swift",
    "Sources/Protocols/TLS/CertificateSignature+OpenSSL.swift",
    "Sources/Protocols/Field.swift",
    "Sources/Protocols/FileDigest.swift",
    "Sources/Protocols/HTTP1/ISALInflate.swift",
    "Sources/Protocols/HTTP1/Inflater.swift",
    "Sources/Protocols/HTTP1/ZlibInflate.swift",
    "Sources/Sensor/Bundles/SigningKey+OpenSSL.swift",
    "Sources/Sensor/Evidence/SealDigest+OpenSSL.swift",
    "Sources/Sensor/Pipeline/WorkerThread.swift",
    "Sources/Wire/Bytes/RawSpan+Loading.swift",
  ]

  @Test("unsafe stands only in the listed files, each use with its reason")
  func unsafeStandsInListedFiles() {
    let files = SourceTree.files(below: "Sources").filter { file in
      file.lines.contains { Self.code($0).contains("unsafe ") }
    }
    let unlisted = files.map(\.path).filter { !Self.boundaries.contains($0) }
    #expect(unlisted == [])
    let silent = files.filter { file in !file.lines.contains { $0.contains("Sound:") } }
    #expect(silent.map(\.path) == [])
  }

  @Test("nothing from outside can stop the program by force")
  func noForcedTraps() {
    let words = ["try!", " as! ", "fatalError(", "@unchecked Sendable", "nonisolated(unsafe)"]
    let found = SourceTree.files(below: "Sources").filter { !Self.boundaries.contains($0.path) }.flatMap {
      file in
      file.lines.enumerated().compactMap { number, line in
        words.contains { Self.code(line).contains($0) } ? "\(file.path):\(number + 1)" : nil
      }
    }
    #expect(found == [])
  }

  @Test("no word of things left for later")
  func nothingLeftForLater() {
    let words = ["TODO", "FIXME", "XXX", "HACK"]
    let found = SourceTree.files(below: "Sources").flatMap { file in
      file.lines.enumerated().compactMap { number, line in
        words.contains { line.contains($0 + ":") || line.contains($0 + " ") }
          ? "\(file.path):\(number + 1)" : nil
      }
    }
    #expect(found == [])
  }

  /// The line without its comment.
  private static func code(_ line: String) -> Substring {
    guard let comment = line.range(of: "//") else { return line[...] }
    return line[..<comment.lowerBound]
  }
}
