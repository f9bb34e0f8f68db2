package import Wire

/// A file seen in a transaction: counted, hashed and tracked; its bytes are kept only as far as detection
/// asks.
package final class TransferredFile {
  package enum State: UInt8, Sendable {
    case open, closed, truncated, error
  }

  package let direction: Direction
  /// Name as the protocol gives it, possibly empty.
  package var name: [UInt8]
  package var state = State.open
  /// Bytes seen.
  package var size: UInt64 = 0
  package var hasGaps = false
  /// First and last byte of a range request's part, if it is one.
  package var range: (start: UInt64, end: UInt64, total: UInt64)?
  /// The content kept for `file.data`; a body that is the file is shared with it.
  package let data: Body
  /// Position among the files of its flow, from 1.
  package var identifier: UInt64 = 0
  /// The file's event has been written.
  package var isLogged = false
  /// Digests of the bytes seen, once closed or truncated and where asked for.
  package var md5: [UInt8]?
  package var sha1: [UInt8]?
  package var sha256: [UInt8]?
  /// SM3 (GB/T 32905).
  package var sm3: [UInt8]?

  /// What libmagic says of it, once it was asked.
  package var magic: [UInt8]?
  /// The file is to be kept, and it was.
  package var isWanted = false
  package var isStored = false
  /// Identifiers of the rules that have it kept, in the order in which they matched.
  package private(set) var storingRules: [UInt32] = []
  /// Bytes seen that were not handed to the file store yet; nil: files are not kept.
  package var unstored: [UInt8]?
  /// Some bytes are in the file store's folder.
  package var isBegun = false

  private var digests: (md5: FileDigest?, sha1: FileDigest?, sha256: FileDigest?, sm3: FileDigest?) =
    (nil, nil, nil, nil)

  package init(direction: Direction, name: [UInt8], data: Body = Body()) {
    self.direction = direction
    self.name = name
    self.data = data
  }

  /// Begins the digests that the configuration or a rule asks for; to be called before the first byte.
  package func startDigests(_ settings: ProtocolSettings) {
    if settings.hashesMD5 { digests.md5 = FileDigest(.md5) }
    if settings.hashesSHA1 { digests.sha1 = FileDigest(.sha1) }
    if settings.hashesSHA256 { digests.sha256 = FileDigest(.sha256) }
    if settings.hashesSM3 { digests.sm3 = FileDigest(.sm3) }
  }

  /// Counts and hashes bytes; keeping them is the business of `data`'s owner.
  package func count(_ bytes: RawSpan) {
    guard state == .open else { return }
    size &+= UInt64(bytes.byteCount)
    unstored?.append(bytes)
    digests.md5?.update(bytes)
    digests.sha1?.update(bytes)
    digests.sha256?.update(bytes)
    digests.sm3?.update(bytes)
  }

  /// Takes bytes and keeps those below `bytesMax` from the file's start (0: all).
  package func append(_ bytes: RawSpan, bytesMax: Int) {
    guard state == .open else { return }
    count(bytes)
    data.append(bytes, bytesMax: bytesMax)
  }

  /// A rule has it kept: events name the first ones.
  package func store(forRule identifier: UInt32) {
    isWanted = true
    guard storingRules.count < Self.storingRulesMax, !storingRules.contains(identifier) else { return }
    storingRules.append(identifier)
  }

  /// Rules that events name with a file.
  private static let storingRulesMax = 16

  /// `bytes` were lost: they count, and the digests are those of the bytes seen, as Suricata tells them.
  package func skip(_ bytes: UInt64) {
    guard state == .open else { return }
    size &+= bytes
    hasGaps = true
    data.skip(bytes)
  }

  /// No more bytes will come. What has gaps is truncated at best.
  package func close(_ state: State = .closed) {
    guard self.state == .open else { return }
    self.state = hasGaps && state == .closed ? .truncated : state
    data.isComplete = true
    md5 = digests.md5?.value()
    sha1 = digests.sha1?.value()
    sha256 = digests.sha256?.value()
    sm3 = digests.sm3?.value()
  }

  /// More bytes came after the end after all.
  package func reopen() {
    guard state == .closed else { return }
    state = .open
    data.isComplete = false
  }
}
