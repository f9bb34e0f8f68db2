import Wire

/// What is known of a mail message (RFC 5322, RFC 2045): its headers, and what was found in its parts.
package final class MIMEMessage {
  /// One header as it came, its folded lines joined without the blanks between them.
  package struct Header: Sendable {
    /// In lower case.
    package let name: [UInt8]
    /// As it is written.
    package let writtenName: [UInt8]
    package internal(set) var value: [UInt8]
  }

  package internal(set) var headers: [Header] = []
  /// Headers of the part that was begun last, which scripts are told.
  package internal(set) var latestHeaders: [Header] = []
  /// The blank line behind the headers has come.
  package internal(set) var hasHeaders = false
  /// Names of the parts that have one, in order.
  package internal(set) var attachments: [[UInt8]] = []
  /// Addresses found in the text, in the order in which they were found.
  package internal(set) var urls: [[UInt8]] = []
  /// MD5 of the body, where it is wanted and there is one.
  package internal(set) var bodyMD5: [UInt8]?

  package init() {}

  /// Value of the first header with a name in lower case.
  package func value(_ name: String) -> [UInt8]? {
    guard hasHeaders else { return nil }
    return headers.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// Values of all headers with a name in lower case.
  package func values(_ name: String) -> [[UInt8]] {
    guard hasHeaders else { return [] }
    return headers.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
  }

  /// The addresses in a header: parts between commas that stand outside of quotes.
  package static func addresses(_ value: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var start = 0
    while start < value.count {
      while start < value.count, value[start] == 0x20 || value[start] == 0x09 { start += 1 }
      guard start < value.count else { break }
      var isQuoted = false
      var end = start
      while end < value.count {
        if value[end] == UInt8(ascii: "\"") { isQuoted.toggle() }
        if value[end] == UInt8(ascii: ","), !isQuoted, end > start { break }
        end += 1
      }
      result.append(Array(value[start..<end]))
      start = end + 1
    }
    return result
  }
}

/// Something odd about a message.
enum MIMEOddity: Sendable {
  case invalidBase64, invalidQuotedPrintable, longLine, longEncodedLine, longHeaderName, longHeaderValue
  case longBoundary, longFileName
}

/// Bounds of what a message may make the parser keep.
enum MIMELimits {
  /// Bytes of a line without its end (RFC 5322 §2.1.1), and of one in an encoding (RFC 2045 §6.7, §6.8).
  static let lineBytes = 998
  static let encodedLineBytes = 76
  /// Bytes of a header's name before it is odd: names in use have up to 40.
  static let headerNameBytes = 75
  /// Bytes of a boundary: RFC 2046 §5.1.1 allows 70.
  static let boundaryBytes = 254
  /// Bytes of a file's name: as many as file systems take.
  static let fileNameBytes = 255
  /// Bytes of all headers of a message, and of those of one part.
  static let headerBytes = 256 * 1024
  static let partHeaderBytes = 16 * 1024
  /// Headers of a message.
  static let headers = 2048
  /// Parts within parts: mail programs go four or five deep.
  static let depth = 32
  /// Names of files, files, and addresses that are kept, and the bytes of all addresses.
  static let attachments = 256
  static let urls = 1024
  static let urlBytes = 128 * 1024
  /// Bytes of a decoded line in which an address may begin in one piece and end in the next.
  static let textBytes = 8 * 1024
  /// Bytes of decoded content handed on at once.
  static let outputBytes = 4096
}

/// Begins the files of a message and hands them their bytes.
struct MIMEFiles {
  private let files: FlowFiles
  private let settings: SMTPSettings
  private let transaction: Transaction

  init(_ files: FlowFiles, _ settings: SMTPSettings, _ transaction: Transaction) {
    self.files = files
    self.settings = settings
    self.transaction = transaction
  }

  /// A new file of the transaction; nil where there are too many.
  func begin(_ name: [UInt8]) -> TransferredFile? {
    guard transaction.files.count < MIMELimits.attachments else { return nil }
    let file = files.make(.toServer, name)
    let (least, most) = (settings.contentInspectBytesMin, settings.contentBytesMax)
    file.data.inspectFrom = most == 0 ? least : min(least, most)
    transaction.files.append(file)
    return file
  }

  func append(_ bytes: RawSpan, to file: TransferredFile) {
    files.append(bytes, to: file, bytesMax: settings.contentBytesMax)
  }
}
