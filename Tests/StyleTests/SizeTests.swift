import Testing

@Suite struct SizeTests {
  @Test("a source file has at most 400 lines", arguments: ["Sources", "Tests"])
  func fileLength(folder: String) {
    let long = SourceTree.files(below: folder).filter { $0.lines.count > 401 && !$0.isGenerated }
    #expect(long.map { "\($0.path): \($0.lines.count) lines" } == [])
  }

  @Test("a line has at most 110 characters", arguments: ["Sources", "Tests"])
  func lineLength(folder: String) {
    let long = SourceTree.files(below: folder).filter { !$0.isGenerated }.flatMap { file in
      file.lines.enumerated().filter { $0.element.count > 110 }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(long == [])
  }

  @Test("a function has at most 60 lines")
  func functionLength() {
    let long = SourceTree.files(below: "Sources").filter { !$0.isGenerated }.flatMap {
      FunctionLengths(file: $0).long
    }
    #expect(long == [])
  }
}

/// Finds functions by their braces: enough for formatted code.
struct FunctionLengths {
  private(set) var long: [String] = []

  init(file: SourceTree.File) {
    var start: (line: Int, indent: Int)?
    for (number, line) in file.lines.enumerated() {
      let indent = line.prefix { $0 == " " }.count
      let text = line.dropFirst(indent)
      if let open = start, indent == open.indent, text.hasPrefix("}") {
        if number - open.line + 1 > 60 {
          long.append("\(file.path):\(open.line + 1): \(number - open.line + 1) lines")
        }
        start = nil
      }
      let isFunction = text.contains("func ") || text.hasPrefix("init") || text.contains(" init(")
      if isFunction, !text.hasPrefix("//"), !(text.contains("{") && text.hasSuffix("}")) {
        start = (number, indent)
      }
    }
  }
}
