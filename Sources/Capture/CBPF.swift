import CPcap
import Wire

/// A BPF filter: the boundary to libpcap's compiler and interpreter. Thread-confined.
///
/// One expression is compiled for each link type that turns up, as offsets depend on it.
@safe
final class CBPF {
  private let expression: String
  private var programs: [Compiled] = []

  /// The program for a link type; nil where the expression makes no sense for it.
  @safe
  private struct Compiled {
    let linkType: Int32
    let program: UnsafeMutablePointer<bpf_program>?
  }

  /// A filter; throws where the expression cannot be compiled for Ethernet.
  init(_ expression: String) throws(CaptureProblem) {
    self.expression = expression
    if let message = Self.check(expression, linkType: 1) {
      throw CaptureProblem(
        file: "filter \"\(expression)\"", reason: Self.reason(expression, message),
        remedy: "see pcap-filter(7) for how filters are written")
    }
  }

  deinit {
    for compiled in programs {
      guard let program = unsafe compiled.program else { continue }
      // Sound: each program was compiled and allocated by this object, and nothing uses it any more.
      unsafe pcap_freecode(program)
      unsafe program.deallocate()
    }
  }

  /// Leaves only the frames that the filter matches.
  func apply(to batch: inout PacketBatch) {
    // Taken out for the time being, as the buffer is borrowed while they are looked at.
    var frames: [CapturedFrame] = []
    swap(&frames, &batch.frames)
    frames.removeAll { frame in
      !matches(
        batch.storage.rawSpan.part(Int(frame.offset), Int(frame.length)), linkType: frame.linkType,
        wireLength: Int(frame.wireLength))
    }
    swap(&frames, &batch.frames)
  }

  /// Whether the filter lets a frame through.
  func matches(_ bytes: RawSpan, linkType: Int32, wireLength: Int) -> Bool {
    guard let program = unsafe program(for: linkType) else { return false }
    var header = pcap_pkthdr()
    header.caplen = UInt32(truncatingIfNeeded: bytes.byteCount)
    header.len = UInt32(truncatingIfNeeded: max(0, wireLength))
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return false }
      // Sound: the header gives the buffer's length, which the interpreter checks every load against.
      return unsafe pcap_offline_filter(program, &header, base.assumingMemoryBound(to: UInt8.self)) != 0
    }
  }

  /// The program for a link type; nil where the expression makes no sense for it, and so matches nothing.
  private func program(for linkType: Int32) -> UnsafeMutablePointer<bpf_program>? {
    for entry in programs where entry.linkType == linkType { return unsafe entry.program }
    // Sound: allocated here, and freed in deinit, or at once where it was not compiled.
    let program = UnsafeMutablePointer<bpf_program>.allocate(capacity: 1)
    unsafe program.initialize(to: bpf_program())
    let isGood = unsafe Self.compile(expression, linkType: linkType, into: program) == nil
    if !isGood { unsafe program.deallocate() }
    unsafe programs.append(Compiled(linkType: linkType, program: isGood ? program : nil))
    return isGood ? unsafe program : nil
  }

  /// What is wrong with an expression, in libpcap's words; nil where it is good.
  static func check(_ expression: String, linkType: Int32) -> String? {
    var program = unsafe bpf_program()
    // Sound: the program is local, and freed when it was compiled.
    let message = unsafe withUnsafeMutablePointer(to: &program) { pointer in
      unsafe compile(expression, linkType: linkType, into: pointer)
    }
    if message == nil { unsafe pcap_freecode(&program) }
    return message
  }

  private static func compile(
    _ expression: String, linkType: Int32, into program: UnsafeMutablePointer<bpf_program>
  ) -> String? {
    // Files say 101 for raw IP, libpcap's own number is 12.
    let type = linkType == 101 ? DLT_RAW : linkType
    guard let handle = unsafe pcap_open_dead(type, Int32(CaptureLimits.frameBytesMax)) else {
      return "there is no memory to compile it"
    }
    // Sound: the handle is closed on every way out; the message is copied before that.
    defer { unsafe pcap_close(handle) }
    let status = unsafe pcap_compile(handle, program, expression, 1, bpf_u_int32.max)
    return status == 0 ? nil : unsafe String(cString: pcap_geterr(handle))
  }

  /// The message, and the word from which on the expression stops making sense.
  static func reason(_ expression: String, _ message: String) -> String {
    let words = expression.split(separator: " ")
    var good = 0
    for count in stride(from: words.count - 1, to: 0, by: -1) {
      if check(words[0..<count].joined(separator: " "), linkType: 1) == nil {
        good = count
        break
      }
    }
    guard good < words.count else { return message }
    let column = expression.distance(from: expression.startIndex, to: words[good].startIndex) + 1
    return "\(message) at column \(column) (\"\(words[good...].joined(separator: " "))\")"
  }
}
