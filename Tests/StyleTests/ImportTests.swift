import Testing

@Suite struct ImportTests {
  /// What each target may import of the others: the arrows of the architecture.
  static let allowed: [String: Set<String>] = [
    "Wire": [],
    "Capture": ["Wire", "CPcap", "CLinux", "CZlib"],
    "Flows": ["Wire", "CLinux"],
    "Identity": ["Wire"],
    "Protocols": ["Wire", "COpenSSL", "CZlib", "CISAL", "CBrotli"],
    "Detection": [
      "Wire", "Flows", "Protocols", "CVectorscan", "CPCRE2", "COpenSSL", "CMagic", "CLinux", "CLua",
      "CMaxMindDB",
    ],
    "Events": ["Detection", "Flows", "Protocols", "Wire", "COpenSSL"],
    "Correlation": ["Events", "Detection", "Identity", "Wire", "COpenSSL"],
    "Store": ["Events", "Correlation", "Detection", "Wire"],
    "Outputs": ["Events", "Correlation", "Detection", "Wire"],
    "Exercise": ["Events", "Correlation", "Store", "Detection", "Wire"],
    "Reports": ["Exercise", "Store", "Correlation", "Detection", "Wire"],
    "Console": ["Store", "Events", "Correlation", "Wire", "CNcurses"],
    "Sensor": [
      "Wire", "Capture", "Flows", "Identity", "Protocols", "Detection", "Events", "Correlation", "Store",
      "Outputs", "CLinux", "COpenSSL",
    ],
    "RuleLaw": ["Wire", "Capture", "Protocols"],
    "RuleLawTool": ["RuleLaw"],
    "Hostile": ["Sensor", "Detection", "Identity", "Protocols", "Wire"],
    "fengsui": [
      "Sensor", "Console", "Exercise", "Reports", "Store", "Correlation", "Identity", "Detection", "Events",
      "Wire",
      "Outputs",
    ],
  ]

  @Test("a target imports only what stands below it")
  func importsFollowTheArrows() {
    let targets = Set(Self.allowed.keys)
    let wrong = SourceTree.files(below: "Sources").flatMap { file in
      file.lines.compactMap { line -> String? in
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position < 2, words.count > position + 1 else {
          return nil
        }
        let module = String(words[position + 1])
        guard
          targets.contains(module) || (module.hasPrefix("C") && module.dropFirst().first?.isUppercase == true)
        else { return nil }
        return Self.allowed[file.target]?.contains(module) == true ? nil : "\(file.path) imports \(module)"
      }
    }
    #expect(wrong == [])
  }
}
