import Wire

/// Takes a mail message apart as its lines come (RFC 5322, RFC 2045, RFC 2046): headers, parts within parts,
/// encodings, files and addresses.
///
///     headers | blank line | body
///     body of a multipart: preamble | --boundary | headers | blank line | body | … | --boundary--
///
/// A part with a name is a file. The boundary of the innermost multipart alone divides, as the reference has
/// it. Nothing is refused: what is odd is noted and passed over.
final class MIMEReader {
  let message: MIMEMessage
  /// What was odd since it was last asked.
  var oddities: [MIMEOddity] = []
  private let settings: MIMESettings
  private let files: MIMEFiles
  private var state = State.headers
  private var block: MIMEHeaderBlock
  /// Boundaries of the multiparts that are open, the innermost last, each with its two hyphens.
  private var boundaries: [[UInt8]] = []
  private var info: MIMEPartInfo?
  private var file: TransferredFile?
  /// A boundary has ended a file: its owner takes note of it.
  var hasEndedFile = false
  private var decoder = MIMEDecoder()
  private var addresses: MIMEAddresses
  private var bodyDigest: FileDigest?
  private var hasBody = false
  /// End of the line before, which belongs to the content only if another line follows.
  private var lineEnd: [UInt8] = []
  /// Content of `file` not handed on yet.
  private var output: [UInt8] = []

  private enum State {
    case headers, content
    /// Before, between and behind the parts of a multipart.
    case between
  }

  init(_ message: MIMEMessage, _ settings: MIMESettings, _ files: MIMEFiles) {
    self.message = message
    self.settings = settings
    self.files = files
    addresses = MIMEAddresses(settings)
    block = MIMEHeaderBlock(bytesMax: MIMELimits.headerBytes, valueBytes: settings.headerValueBytes)
  }

  /// Takes a line with its end, or a piece of one that is too long.
  func take(_ line: RawSpan, isContinuation: Bool) {
    let text = line.part(0, LineText.contentCount(line))
    if !isContinuation, text.byteCount > MIMELimits.lineBytes { oddities.append(.longLine) }
    if message.hasHeaders {
      hasBody = true
      bodyDigest?.update(line)
    }
    if !isContinuation, !boundaries.isEmpty, divides(text) { return }
    switch state {
    case .headers:
      if text.byteCount == 0, !isContinuation {
        finishHeaders()
      } else {
        block.take(text, isContinuation: isContinuation, &oddities)
      }
    case .content: content(line, text, isContinuation: isContinuation)
    case .between:
      // Text before the first part belongs to the multipart's own file, if it is one.
      if file != nil { plain(line, text) }
    }
  }

  /// Hands on what was decoded.
  func flush() {
    guard !output.isEmpty, let file else { return }
    files.append(output.rawSpan, to: file)
    output.removeAll(keepingCapacity: true)
  }

  /// The file at hand has so many bytes, and rules were not asked about any of them.
  func isUnseen(from bytesMin: Int) -> Bool {
    guard let file else { return false }
    return file.size >= UInt64(clamping: bytesMin) && !file.data.isLookedAt
  }

  /// The part at hand will not be whole.
  func truncate() {
    flush()
    file?.close(.truncated)
  }

  /// The message has come to its end, or is cut off.
  func finish(isCut: Bool) {
    finishPart(isCut: isCut)
    if let digest = bodyDigest?.value(), hasBody { message.bodyMD5 = digest }
  }

  // MARK: Parts

  /// Whether a line is the boundary at hand; carries it out if so.
  private func divides(_ text: RawSpan) -> Bool {
    guard let boundary = boundaries.last, text.byteCount >= boundary.count,
      text[0] == UInt8(ascii: "-")
    else { return false }
    for index in boundary.indices where text[index] != boundary[index] { return false }
    decoder.finish(&output)
    if file != nil { hasEndedFile = true }
    finishPart(isCut: false)
    let end = boundary.count
    let isLast =
      text.byteCount >= end &+ 2 && text[end] == UInt8(ascii: "-") && text[end &+ 1] == UInt8(ascii: "-")
    if isLast {
      if boundaries.count > 1 { boundaries.removeLast() }
      state = .between
    } else {
      beginHeaders()
    }
    return true
  }

  private func beginHeaders() {
    block = MIMEHeaderBlock(bytesMax: MIMELimits.partHeaderBytes, valueBytes: settings.headerValueBytes)
    state = .headers
  }

  private func finishPart(isCut: Bool) {
    addresses.finish(into: &message.urls)
    lineEnd.removeAll(keepingCapacity: true)
    flush()
    file?.close(isCut ? .truncated : .closed)
    file = nil
    info = nil
    decoder = MIMEDecoder()
  }

  private func finishHeaders() {
    let info = MIMEPartInfo(block, settings)
    // Of a part, the reference does not tell the first one.
    message.latestHeaders = message.hasHeaders ? Array(block.headers.dropFirst()) : block.headers
    if !message.hasHeaders {
      message.headers = block.headers
      message.hasHeaders = true
      if settings.hashesBody { bodyDigest = FileDigest(.md5) }
    }
    if info.hasLongBoundary { oddities.append(.longBoundary) }
    if info.hasLongName { oddities.append(.longFileName) }
    self.info = info
    if let name = info.fileName {
      if message.attachments.count < MIMELimits.attachments { message.attachments.append(name) }
      if !name.isEmpty, !info.isMessage { file = files.begin(name) }
    }
    if let boundary = info.boundary, boundaries.count < MIMELimits.depth {
      boundaries.append(Array("--".utf8) + boundary)
      state = .between
    } else if info.isMessage {
      beginHeaders()
    } else {
      state = .content
    }
  }

  // MARK: Content

  private func content(_ line: RawSpan, _ text: RawSpan, isContinuation: Bool) {
    guard let info else { return }
    switch info.encoding {
    case .none:
      if info.isText { addresses.look(through: line, into: &message.urls) }
      plain(line, text)
    case .base64:
      if !isContinuation, text.byteCount > MIMELimits.encodedLineBytes { oddities.append(.longEncodedLine) }
      let before = output.count
      if !decoder.base64(text, to: &output) { oddities.append(.invalidBase64) }
      if info.isText, !addresses.isEmpty {
        addresses.take(decoded: output.rawSpan.part(before, output.count - before), into: &message.urls)
      }
      handOn()
    case .quotedPrintable:
      if !isContinuation, text.byteCount > MIMELimits.encodedLineBytes { oddities.append(.longEncodedLine) }
      if info.isText { addresses.look(through: line, into: &message.urls) }
      // The end of an empty line may belong to what divides the parts.
      output += lineEnd
      lineEnd.removeAll(keepingCapacity: true)
      var isSoft = false
      if !MIMEDecoder.quotedPrintable(text, to: &output, isSoft: &isSoft) {
        oddities.append(.invalidQuotedPrintable)
      }
      let end = line.part(text.byteCount, line.byteCount)
      if text.byteCount == 0, !isContinuation {
        lineEnd.append(end)
      } else if !isSoft {
        output.append(end)
      }
      handOn()
    }
  }

  /// Content without encoding: the end of a line belongs to what divides the parts unless more follows.
  private func plain(_ line: RawSpan, _ text: RawSpan) {
    guard file != nil else { return }
    output += lineEnd
    output.append(text)
    lineEnd.removeAll(keepingCapacity: true)
    lineEnd.append(line.part(text.byteCount, line.byteCount))
    handOn()
  }

  private func handOn() {
    if file == nil {
      output.removeAll(keepingCapacity: true)
    } else if output.count >= MIMELimits.outputBytes {
      flush()
    }
  }
}
