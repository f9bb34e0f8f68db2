import Wire

/// What a message's body runs through: the content codings, the kept buffer, and its files.
final class HTTPBodyPipeline {
  /// A path that Linux takes.
  private static let nameBytesMax = 4096
  let direction: Direction
  private let transaction: HTTPTransaction
  private let message: HTTPMessage
  private let body: Body
  private let profile: HTTPProfile
  private let files: HTTPFlowFiles
  /// Every request's body is a file as a whole, whatever its method and type; files go on beyond the limits
  /// of bodies.
  private let isHTTP2: Bool
  private var decoder: HTTPContentDecoder?
  private var multipart: HTTPMultipart?
  private var hasStarted = false
  private var hasBomb = false
  /// Its file has ended before it.
  private var isFileCut = false
  /// The file that this response is a part of, and the offset there of its next byte.
  private var range: (file: HTTPRangeFile, offset: UInt64)?

  init(
    _ direction: Direction, _ transaction: HTTPTransaction, _ profile: HTTPProfile, _ files: HTTPFlowFiles,
    isHTTP2: Bool = false
  ) {
    self.isHTTP2 = isHTTP2
    self.direction = direction
    self.transaction = transaction
    message = transaction.message(direction)
    body = message.body
    self.profile = profile
    self.files = files
    if !profile.inspectsBodiesInline {
      let wanted =
        direction == .toServer ? profile.requestBodyInspectBytesMin : profile.responseBodyInspectBytesMin
      body.inspectFrom = bytesMax == 0 ? wanted : min(wanted, bytesMax)
    }
    prepareDecoder()
  }

  /// Takes the codings from the headers: those of a response may come after bytes that stood before it.
  func prepareDecoder() {
    let codings = Self.codings(transaction, direction, profile).codings
    let isAllowed = files.bombs < profile.bombsMax
    decoder = codings.isEmpty || !isAllowed ? nil : HTTPContentDecoder(codings, profile)
  }

  /// The codings that a message's headers announce, and what is odd about them.
  static func codings(
    _ transaction: HTTPTransaction, _ direction: Direction, _ profile: HTTPProfile
  ) -> (codings: [HTTPContentCoding], events: [HTTPEvent]) {
    guard let value = transaction.header(.contentEncoding, direction) else { return ([], []) }
    return HTTPContentCoding.list(value, layersMax: profile.decompressionLayersMax)
  }

  /// Takes transferred bytes. Says whether the body has grown, and nothing else has changed.
  @discardableResult
  func take(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount > 0 else { return true }
    let before = transaction.core.revisionBesideBodies
    message.transferredBytes &+= UInt64(bytes.byteCount)
    if body.isComplete {
      body.isComplete = false
      transaction.bodyFiles[direction]?.reopen()
      transaction.revision &+= 1
    }
    if let decoder {
      decoder.decode(bytes) { deliver($0) }
      note(decoder.events)
    } else {
      deliver(bytes)
    }
    let isDue = multipart != nil || range != nil || body.keptCount >= body.inspectFrom || body.isFull
    transaction.noteBody(direction, isDue: isDue)
    return transaction.core.revisionBesideBodies == before && multipart == nil && range == nil && !isFileCut
  }

  private func note(_ events: [HTTPEvent]) {
    for event in events {
      if event == .compressionBomb, !hasBomb {
        hasBomb = true
        files.bombs &+= 1
        if files.bombs >= profile.bombsMax { transaction.add(.compressionBombLimitReached) }
      }
      transaction.add(event)
    }
  }

  /// Bytes of chunk lines: transferred, and not part of the content.
  func countFraming(_ count: UInt64) {
    message.transferredBytes &+= count
  }

  /// `count` transferred bytes were lost.
  func skip(_ count: UInt64) {
    guard count > 0 else { return }
    message.transferredBytes &+= count
    start()
    if let file = transaction.bodyFiles[direction] {
      file.skip(count)
      range?.offset &+= count
    } else {
      body.skip(count)
    }
    transaction.revision &+= 1
  }

  /// The body has ended, whole or cut off.
  func finish(isCut: Bool) {
    if let decoder {
      decoder.finish { deliver($0) }
      note(decoder.events)
    }
    if body.isComplete { return }
    body.isComplete = true
    multipart?.finish(isCut: isCut)
    transaction.bodyFiles[direction]?.close(isCut ? .truncated : .closed)
    if let whole = range?.file, let file = files.finish(whole) { transaction.files.append(file) }
    transaction.revision &+= 1
  }

  private var bytesMax: Int {
    direction == .toServer ? profile.requestBodyBytesMax : profile.responseBodyBytesMax
  }

  private func deliver(_ bytes: RawSpan) {
    guard bytes.byteCount > 0 else { return }
    start()
    let expected = decoder == nil ? Int(clamping: message.contentLength ?? 0) : 0
    let kept = body.append(bytes, bytesMax: bytesMax, expected: expected)
    let counted =
      files.room(for: bytes.byteCount, upTo: body.total) ?? (isHTTP2 ? bytes.byteCount : kept)
    if let multipart {
      multipart.take(bytes.part(0, counted)).forEach(transaction.add)
      if counted < bytes.byteCount { multipart.finish(isCut: true) }
      return
    }
    guard let file = transaction.bodyFiles[direction] else { return }
    file.count(bytes.part(0, counted))
    if let (whole, offset) = range {
      whole.take(bytes.part(0, counted), at: offset)
      range?.offset = offset &+ UInt64(counted)
    }
    if counted < bytes.byteCount {
      file.close(.truncated)
      isFileCut = true
    }
  }

  /// Opens the file of the body, once its first byte is there.
  private func start() {
    guard !hasStarted else { return }
    hasStarted = true
    transaction.revision &+= 1
    if direction == .toServer {
      startRequest()
      return
    }
    let file = files.make(.toClient, responseName, transaction.response.body)
    if let range = transaction.contentRange, let first = range.start, let last = range.end {
      file.range = (UInt64(first), UInt64(last), UInt64(range.size ?? 0))
      self.range = files.rangeFile(transaction, name: responseName, bytesMax: bytesMax).map {
        ($0, UInt64(first))
      }
    }
    transaction.bodyFiles.toClient = file
    transaction.files.append(file)
  }

  private func startRequest() {
    if isHTTP2 { return startFile() }
    let method = transaction.method
    guard method.elementsEqual("POST".utf8) || method.elementsEqual("PUT".utf8) else { return }
    if method.elementsEqual("POST".utf8), let type = transaction.header(.contentType, .toServer),
      let boundary = HTTPMultipart.boundary(type)
    {
      multipart = HTTPMultipart(boundary, bytesMax: bytesMax) { [transaction, files] name in
        let file = files.make(.toServer, name)
        transaction.files.append(file)
        return file
      }
      return
    }
    startFile()
  }

  private func startFile() {
    let file = files.make(.toServer, bounded(transaction.path), transaction.request.body)
    transaction.bodyFiles.toServer = file
    transaction.files.append(file)
  }

  /// Name of a response's file: from Content-Disposition, else the request's path.
  private var responseName: [UInt8] {
    if let disposition = transaction.header(.contentDisposition, .toClient),
      let name = HTTPParameters.fileName(disposition)
    {
      return bounded(name)
    }
    return bounded(transaction.path)
  }

  /// A name that no file has is cut, and told of.
  private func bounded(_ name: [UInt8]) -> [UInt8] {
    guard name.count > Self.nameBytesMax else { return name }
    transaction.add(.fileNameTooLong)
    return Array(name.prefix(Self.nameBytesMax))
  }
}

/// What the bodies of a flow share: its files are numbered and their digests begun, and its bombs are
/// counted.
final class HTTPFlowFiles {
  private let settings: ProtocolSettings
  private var count: UInt64 = 0
  /// Files that come in ranges and are not whole yet.
  var ranges: [HTTPRangeFile] = []
  /// Bodies that came out as compression bombs.
  var bombs = 0

  init(_ settings: ProtocolSettings) {
    self.settings = settings
  }

  /// How many of the bytes that have brought a body to `total` belong to its file where files are kept: the
  /// store's own limit goes instead of the body's. Nil: they are not kept.
  func room(for count: Int, upTo total: UInt64) -> Int? {
    guard settings.keepsFiles else { return nil }
    if settings.fileBytesMax == 0 { return count }
    let before = Int(clamping: total &- UInt64(count))
    return min(count, max(0, settings.fileBytesMax &- before))
  }

  /// A new file; a body that is the file as a whole is shared with it.
  func make(_ direction: Direction, _ name: [UInt8], _ body: Body = Body()) -> TransferredFile {
    count &+= 1
    let file = TransferredFile(direction: direction, name: name, data: body)
    file.identifier = count
    if settings.keepsFiles { file.unstored = [] }
    file.startDigests(settings)
    return file
  }
}
