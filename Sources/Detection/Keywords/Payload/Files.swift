import Protocols
import Wire

extension Keyword {
  static let fileMagic = Keyword(
    "file.magic", aliases: ["file_magic"], .payload, "What libmagic says that a transferred file is.",
    argument: .none, example: "file.magic; content:\"PDF document\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.checkProtocol(builder, "file.magic")
    try builder.setStickyBuffer(BufferReference(.fileMagic), name: "file.magic")
  }

  static let filemagic = Keyword(
    "filemagic", .payload, "Text in what libmagic says that a transferred file is.", quotes: .optional,
    isNegatable: true, values: "\"text\"", example: "filemagic:\"executable\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.checkProtocol(builder, "filemagic")
    var content = ContentCondition(pattern: value.unescaped)
    content.ignoresCase = true
    content.isNegated = value.isNegated
    let inspection = builder.inspection(of: BufferReference(.fileMagic))
    builder.signature.inspections[inspection].conditions.append(.content(content))
  }

  static let fileSize = Keyword(
    "filesize", .payload, "Size of a transferred file in bytes.", values: "n, <n, >n, !n or a<>b",
    example: "filesize:>100000;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.checkProtocol(builder, "filesize")
    builder.addFile(.fileSize(try NumberSyntax.parse(value, maximum: Int64.max >> 1)))
  }

  static let fileMD5 = FileSyntax.digest("filemd5", .md5, "MD5")
  static let fileSHA1 = FileSyntax.digest("filesha1", .sha1, "SHA-1")
  static let fileSHA256 = FileSyntax.digest("filesha256", .sha256, "SHA-256")

  static let fileStore = Keyword(
    "filestore", .meta, "Keeps the file in the file store (`outputs.file-store`).", argument: .optional,
    values: "request|response|both[,file|tx|flow]", example: "filestore:both,flow;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("filestore")
    try FileSyntax.checkProtocol(builder, "filestore")
    var request = FileStoreRequest()
    let parts = value.isEmpty ? [] : value.split(limit: 2)
    if let direction = parts.first {
      switch direction.lowercasedText {
      case "request", "to_server": request.direction = .toServer
      case "response", "to_client": request.direction = .toClient
      case "both": request.isBoth = true
      default:
        throw direction.problem(
          "“\(direction.text)” is no direction of files", remedy: "write request, response or both")
      }
    }
    if parts.count == 2 {
      switch parts[1].lowercasedText {
      case "file": request.scope = .file
      case "tx": request.scope = .transaction
      case "ssn", "flow": request.scope = .flow
      default:
        throw parts[1].problem("“\(parts[1].text)” is no scope", remedy: "write file, tx or flow")
      }
    }
    builder.addFile(.fileStored)
    builder.signature.effects.append(.storeFile(request))
  }
}

extension SignatureBuilder {
  /// A condition on files as a whole: all of a rule's must hold for the same file.
  mutating func addFile(_ condition: BufferCondition) {
    var buffer = BufferReference(.file)
    buffer.direction = mark
    let place = inspection(of: buffer)
    signature.inspections[place].conditions.append(condition)
  }
}

/// What the keywords on files have in common.
enum FileSyntax {
  /// Protocols that carry files.
  private static let carriers: Set<String> = ["doh2", "ftp-data", "http", "http2", "nfs", "smb", "smtp"]

  /// Refuses a rule whose protocol carries no files, or none that are read.
  static func checkProtocol(_ builder: SignatureBuilder, _ keyword: String) throws(RuleProblem) {
    let protocols = builder.signature.protocols.map { ProtocolCatalogue.all[$0] }
    guard let first = protocols.first else { return }
    guard carriers.contains(first.name) else {
      let isData = keyword == "file.data"
      throw builder.problem(
        "\(keyword) is of no use with \(first.name), which carries no files", remedy: "remove it"
      ).inSuricata(
        isData ? "detect-file-data" : "detect-parse",
        isData
          ? "The 'file_data' keyword cannot be used with protocol \(first.name)"
          : "protocol \(first.name) doesn't support file matching")
    }
  }

  /// Refuses a rule on files whose other buffers are of a protocol without any.
  static func checkOwner(_ builder: SignatureBuilder) throws(RuleProblem) {
    guard let index = builder.signature.protocols.first else { return }
    let name = ProtocolCatalogue.all[index].name
    guard !carriers.contains(name) else { return }
    throw RuleProblem(
      at: builder.rule.position, "the rule asks for files and for buffers of \(name), which carries none",
      remedy: "write one rule for each, joined by flowbits"
    ).inSuricata("detect-parse", "protocol \(name) doesn't support file matching")
  }

  /// A condition of the old keywords on names.
  static func addName(_ value: KeywordValue, endsWith: Bool, _ builder: inout SignatureBuilder)
    throws(RuleProblem)
  {
    try checkProtocol(builder, endsWith ? "fileext" : "filename")
    var content = ContentCondition(pattern: (endsWith ? [UInt8(ascii: ".")] : []) + value.unescaped)
    content.ignoresCase = true
    content.endsWith = endsWith
    content.isNegated = value.isNegated
    let inspection = builder.inspection(of: BufferReference(.fileName))
    builder.signature.inspections[inspection].conditions.append(.content(content))
  }

  /// A keyword that compares a file's digest with a list.
  static func digest(_ name: String, _ kind: FileDigestKind, _ what: String) -> Keyword {
    Keyword(
      name, .payload, "The file's \(what) stands in a list of digests, one to a line.", isNegatable: true,
      values: "[!]file", example: "\(name):known-bad.\(name);", exampleProtocol: "http"
    ) { (value, builder) throws(RuleProblem) in
      try checkProtocol(builder, name)
      let list = try builder.context.digests(value, kind)
      builder.addFile(.fileDigest(list, isNegated: value.isNegated))
    }
  }
}

extension CompilerContext {
  /// The list that a rule names; the same file is read once.
  func digests(_ name: KeywordValue, _ kind: FileDigestKind) throws(RuleProblem) -> DigestList {
    let lists = environment.lists
    let path = lists.path(of: name.text, besides: name.source.file)
    let key = "\(kind) \(path)"
    if let known = digestLists[key] { return known }
    guard let bytes = lists.read(path) else {
      throw name.problem(
        "opening hash file \(path): No such file or directory", remedy: "check its name and rights")
    }
    let (list, problems) = DigestList.read(bytes, path: path, kind: kind)
    listProblems += problems
    guard !list.isEmpty else {
      throw name.problem(
        "\(path) holds no digest of \(DigestList.digits(kind)) hexadecimal digits",
        remedy: "write one digest on each line")
    }
    digestLists[key] = list
    return list
  }
}
