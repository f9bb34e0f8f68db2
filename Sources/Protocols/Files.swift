package import Wire

/// A file seen in a transaction: counted, hashed and tracked; its bytes are kept only as far as detection
/// asks.
package final class TransferredFile {
  package enum State: UInt8, Sendable, BitwiseCopyable {
    case open, closed, truncated, error
  }

  /// What is asked for with every packet. It is the module's own: the compiler sees all that changes it, and
  /// proves once that accesses keep apart instead of having that asked at each of them.
  private var core = Core()

  /// The part of a file that is small.
  private struct Core: BitwiseCopyable {
    var size: UInt64 = 0
    var identifier: UInt64 = 0
    var state = State.open
    var hasGaps = false
    var isLogged = false
    var isUnstored = false
  }

  package let direction: Direction
  /// Name as the protocol gives it, possibly empty.
  package var name: [UInt8]
  package var state: State {
    get { core.state }
    set { core.state = newValue }
  }
  /// Bytes seen.
  package var size: UInt64 {
    get { core.size }
    set { core.size = newValue }
  }
  package var hasGaps: Bool {
    get { core.hasGaps }
    set { core.hasGaps = newValue }
  }
  /// First and last byte of a range request's part, if it is one.
  package var range: (start: UInt64, end: UInt64, total: UInt64)?
  /// The content kept for `file.data`; a body that is the file is shared with it.
  package let data: Body
  /// Position among the files of its flow, from 1.
  package var identifier: UInt64 {
    get { core.identifier }
    set { core.identifier = newValue }
  }
  /// The file's event has been written.
  package var isLogged: Bool {
    get { core.isLogged }
    set { core.isLogged = newValue }
  }
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
  package var unstored: [UInt8]? {
    didSet { core.isUnstored = unstored != nil }
  }
  /// Some bytes are in the file store's folder.
  package var isBegun = false

  private var digests: Digests?

  /// The digests that are made.
  private final class Digests {
    let md5: FileDigest?
    let sha1: FileDigest?
    let sha256: FileDigest?
    let sm3: FileDigest?

    init(_ settings: ProtocolSettings) {
      md5 = settings.hashesMD5 ? FileDigest(.md5) : nil
      sha1 = settings.hashesSHA1 ? FileDigest(.sha1) : nil
      sha256 = settings.hashesSHA256 ? FileDigest(.sha256) : nil
      sm3 = settings.hashesSM3 ? FileDigest(.sm3) : nil
    }
  }

  package init(direction: Direction, name: [UInt8], data: Body = Body()) {
    self.direction = direction
    self.name = name
    self.data = data
  }

  /// Begins the digests that the configuration or a rule asks for; to be called before the first byte.
  package func startDigests(_ settings: ProtocolSettings) {
    let isWanted =
      settings.hashesMD5 || settings.hashesSHA1 || settings.hashesSHA256 || settings.hashesSM3
    if isWanted { digests = Digests(settings) }
  }

  /// Counts and hashes bytes; keeping them is the business of `data`'s owner.
  package func count(_ bytes: RawSpan) {
    guard core.state == .open else { return }
    core.size &+= UInt64(bytes.byteCount)
    if core.isUnstored { unstored?.append(bytes) }
    guard let digests else { return }
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
    guard core.state == .open else { return }
    core.size &+= bytes
    core.hasGaps = true
    data.skip(bytes)
  }

  /// No more bytes will come. What has gaps is truncated at best.
  package func close(_ state: State = .closed) {
    guard core.state == .open else { return }
    core.state = core.hasGaps && state == .closed ? .truncated : state
    data.isComplete = true
    guard let digests else { return }
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
