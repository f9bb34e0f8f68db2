package import Detection
import Foundation

/// Reads Sigma rules from files and folders; correlations may name rules of any of them.
package enum SigmaFiles {
  /// All that is wrong with the files, each with its place and remedy.
  package struct Failure: Error, CustomStringConvertible {
    package let problems: [RuleProblem]
    package var description: String { problems.map(\.description).joined(separator: "\n") }
  }

  /// The rules of some files and folders (`*.yml`, `*.yaml`, also within folders of them).
  package static func load(_ paths: [String]) throws(Failure) -> SigmaRules {
    var texts: [(text: String, file: String)] = []
    var problems: [RuleProblem] = []
    for path in paths {
      let found = files(path)
      if found.isEmpty {
        problems.append(problem(path, "no Sigma rules are there", "name a file or folder of *.yml"))
      }
      for file in found {
        if let data = FileManager.default.contents(atPath: file) {
          texts.append((String(decoding: data, as: UTF8.self), file))
        } else {
          problems.append(problem(file, "the file cannot be read", "check its name and rights"))
        }
      }
    }
    let (rules, wrong) = SigmaLoader.load(texts)
    problems += wrong
    guard problems.isEmpty else { throw Failure(problems: problems) }
    return SigmaRules(rules)
  }

  private static func problem(_ file: String, _ message: String, _ remedy: String) -> RuleProblem {
    RuleProblem(at: SourcePosition(file: file, line: 1, column: 1), message, remedy: remedy)
  }

  private static func files(_ path: String) -> [String] {
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard kind == .typeDirectory else { return [path] }
    let inside = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return inside.filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }.sorted().map { "\(path)/\($0)" }
  }
}
