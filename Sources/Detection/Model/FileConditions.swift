package import Wire

/// Which files a matching rule with `filestore` keeps.
package struct FileStoreRequest: Sendable, Equatable {
  package enum Scope: Sendable { case file, transaction, flow }

  package var scope = Scope.file
  /// The direction of the files; nil: both. Where the rule does not say, that of the match.
  package var direction: Direction?
  package var isBoth = false

  package init() {}

  /// Whether files of a direction are meant by a match in another.
  func accepts(_ direction: Direction, matched: Direction) -> Bool {
    isBoth || direction == self.direction ?? matched
  }
}

/// The digests that files are known by.
package enum FileDigestKind: Sendable { case md5, sha1, sha256 }

/// A list of digests that a rule compares a file's with.
package final class DigestList: Sendable {
  package let kind: FileDigestKind
  private let digests: Set<[UInt8]>

  init(kind: FileDigestKind, digests: Set<[UInt8]>) {
    self.kind = kind
    self.digests = digests
  }

  /// Whether a digest is in the list.
  func contains(_ digest: [UInt8]) -> Bool { digests.contains(digest) }

  /// Hexadecimal digits of a digest of the kind.
  static func digits(_ kind: FileDigestKind) -> Int {
    switch kind {
    case .md5: 32
    case .sha1: 40
    case .sha256: 64
    }
  }

  /// Reads a list: one digest at the beginning of each line; lines that begin otherwise are passed over and
  /// told.
  static func read(
    _ bytes: [UInt8], path: String, kind: FileDigestKind
  ) -> (list: DigestList, problems: [RuleProblem]) {
    var digests: Set<[UInt8]> = []
    var problems: [RuleProblem] = []
    let wanted = digits(kind)
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      guard let first = line.first, first != UInt8(ascii: "#"), first != 0x0d else { continue }
      let digits = line.prefix { hexDigit($0) != nil }
      if digits.count == wanted, let digest = DatasetText.bytes(hexadecimal: digits) {
        digests.insert(digest)
      } else if problems.count < ListLimits.problems {
        problems.append(
          RuleProblem(
            .warning, at: SourcePosition(file: path, line: index + 1, column: 1),
            "the line begins with no digest of \(wanted) digits",
            remedy: "write the digest first, or # before it"))
      }
    }
    return (DigestList(kind: kind, digests: digests), problems)
  }

  var isEmpty: Bool { digests.isEmpty }
}
