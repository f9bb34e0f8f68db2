import CPcap
import Glibc
import Synchronization
import Wire

/// What a live capture is asked for.
package struct LiveOptions: Sendable {
  /// How many bytes of a frame are kept.
  package var snapLength = CaptureLimits.frameBytesMax
  /// Whether frames for other machines are captured: what a tap is for.
  package var isPromiscuous = true
  /// How long the kernel may wait to deliver frames together, in milliseconds.
  package var timeoutMilliseconds: Int32 = 100
  /// Size of the kernel's ring in bytes: what bridges a moment in which nobody reads.
  package var bufferBytes: Int32 = 64 << 20
  /// A BPF expression; nil for every frame.
  package var filter: String?
  /// Whether frames are delivered one by one, at once: for tests and slow links.
  package var isImmediate = false

  package init() {}
}

/// What the kernel says about an interface's capture.
package struct LiveStatistics: Sendable, Equatable {
  /// Frames that passed the filter.
  package var received: UInt64 = 0
  /// Frames lost as nobody read in time.
  package var droppedByKernel: UInt64 = 0
  /// Frames lost by the interface or its driver.
  package var droppedByInterface: UInt64 = 0
}

/// Ends a live capture from another thread or a signal's handler.
package final class LiveStop: Sendable {
  private let flag = Atomic<Bool>(false)

  package init() {}

  /// Asks for the end: what is in the kernel's ring is still delivered.
  package func request() { flag.store(true, ordering: .releasing) }

  /// Whether the end was asked for.

  package var isRequested: Bool { flag.load(ordering: .acquiring) }
}

/// Frames from an interface: the boundary to libpcap. Thread-confined.
@safe
package struct LiveCapture: ~Copyable {
  /// Name of the interface.
  package let interface: String
  /// A `LINKTYPE_` value.
  package let linkType: Int32
  private let handle: OpaquePointer
  private let stop: LiveStop
  private var isDraining = false
  private var packets: UInt64 = 0
  private let nanosecondsPerUnit: Int64
  private var received32: UInt32 = 0
  private var dropped32: UInt32 = 0
  private var interfaceDropped32: UInt32 = 0
  private var totals = LiveStatistics()
  /// Why the capture ended, where that was not asked for.
  package private(set) var problem: CaptureProblem?

  /// Opens an interface. Throws one sentence with the remedy where that fails.
  package init(_ interface: String, _ options: LiveOptions, stop: LiveStop) throws(CaptureProblem) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // Sound: the error buffer has the size that libpcap asks for; a created handle is closed on failure.
    guard let handle = unsafe pcap_create(interface, &message) else {
      throw CaptureProblem(
        file: interface, reason: Self.text(message), remedy: "see 'ip link' for the interfaces there are")
    }
    unsafe pcap_set_snaplen(handle, Int32(clamping: options.snapLength))
    unsafe pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
    unsafe pcap_set_timeout(handle, options.timeoutMilliseconds)
    unsafe pcap_set_buffer_size(handle, options.bufferBytes)
    unsafe pcap_set_immediate_mode(handle, options.isImmediate ? 1 : 0)
    let asked = unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    let status = unsafe pcap_activate(handle)
    guard status >= 0 else {
      let reason = unsafe String(cString: pcap_geterr(handle))
      let summary = unsafe String(cString: pcap_statustostr(status))
      unsafe pcap_close(handle)
      throw CaptureProblem(
        file: interface, reason: reason.isEmpty ? summary : reason, remedy: Self.remedy(status))
    }
    let dataLink = unsafe pcap_datalink(handle)
    if let filter = options.filter {
      do {
        try unsafe Self.install(filter, handle, dataLink)
      } catch {
        unsafe pcap_close(handle)
        throw error
      }
    }
    // Sound: the handle is open, and the buffer has the size asked for.
    _ = unsafe pcap_setnonblock(handle, 1, &message)
    unsafe self.handle = handle
    self.interface = interface
    self.stop = stop
    linkType = dataLink == DLT_RAW ? 101 : dataLink
    let precision = unsafe pcap_get_tstamp_precision(handle)
    nanosecondsPerUnit = asked == 0 && precision == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
  }

  deinit {
    // Sound: the handle is this value's own, and nothing uses it after it.
    unsafe pcap_close(handle)
  }

  /// Fills a batch with what has come; an empty one when nothing came in time. False when the capture ended.
  package mutating func fill(_ batch: inout PacketBatch) -> Bool {
    batch.removeAll()
    batch.firstNumber = packets &+ 1
    if stop.isRequested { isDraining = true }
    if !isDraining { waitForFrames() }
    while batch.count < 1024 {
      var header: UnsafeMutablePointer<pcap_pkthdr>?
      var data: UnsafePointer<UInt8>?
      // Sound: header and data stay valid until the next call; the frame is copied before that.
      let status = unsafe pcap_next_ex(handle, &header, &data)
      if status == 0 { break }
      guard status == 1, let header = unsafe header, let data = unsafe data else {
        fail(status)
        packets &+= UInt64(batch.count)
        return !batch.isEmpty
      }
      unsafe append(header.pointee, data, to: &batch)
      if batch.used >= batch.storage.count &- CaptureLimits.frameBytesMax { break }
    }
    packets &+= UInt64(batch.count)
    return !(isDraining && batch.isEmpty)
  }

  /// Waits until a frame is there, a tenth of a second at most: libpcap's own wait may last until the next
  /// frame, and a request to stop must not.
  private func waitForFrames() {
    // Sound: the handle is open; the structure is local.
    let descriptor = unsafe pcap_get_selectable_fd(handle)
    guard descriptor >= 0 else { return }
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&ready, 1, 100)
  }

  private func append(_ header: pcap_pkthdr, _ data: UnsafePointer<UInt8>, to batch: inout PacketBatch) {
    let length = min(Int(header.caplen), CaptureLimits.frameBytesMax)
    let frame = CapturedFrame(
      timeNanoseconds: Int64(header.ts.tv_sec) &* 1_000_000_000 &+ Int64(header.ts.tv_usec)
        &* nanosecondsPerUnit,
      offset: 0, length: 0, wireLength: Int32(clamping: header.len), linkType: linkType)
    // Sound: libpcap gives caplen bytes at data, and the length is no more than that.
    let bytes = unsafe RawSpan(_unsafeStart: data, byteCount: length)
    _ = batch.append(bytes, frame)
  }

  private mutating func fail(_ status: Int32) {
    guard status != PCAP_ERROR_BREAK, problem == nil else { return }
    // Sound: the handle is open; the message is copied.
    problem = CaptureProblem(
      file: interface, reason: unsafe String(cString: pcap_geterr(handle)),
      remedy: "check that the interface is still there and up", isPartial: true)
    isDraining = true
  }

  /// What the kernel counted so far. Its counters have 32 bits and wrap: ours do not.
  package mutating func statistics() -> LiveStatistics {
    var now = pcap_stat()
    // Sound: the structure is local, and only written to.
    guard unsafe pcap_stats(handle, &now) == 0 else { return totals }
    totals.received &+= UInt64(now.ps_recv &- received32)
    totals.droppedByKernel &+= UInt64(now.ps_drop &- dropped32)
    totals.droppedByInterface &+= UInt64(now.ps_ifdrop &- interfaceDropped32)
    received32 = now.ps_recv
    dropped32 = now.ps_drop
    interfaceDropped32 = now.ps_ifdrop
    return totals
  }

  private static func install(_ expression: String, _ handle: OpaquePointer, _ linkType: Int32)
    throws(CaptureProblem)
  {
    var program = unsafe bpf_program()
    // Sound: the program is local, and freed once the kernel has its copy.
    guard unsafe pcap_compile(handle, &program, expression, 1, bpf_u_int32.max) == 0 else {
      let message = unsafe String(cString: pcap_geterr(handle))
      throw CaptureProblem(
        file: "filter \"\(expression)\"", reason: CBPF.reason(expression, message),
        remedy: "see pcap-filter(7) for how filters are written")
    }
    defer { unsafe pcap_freecode(&program) }
    guard unsafe pcap_setfilter(handle, &program) == 0 else {
      throw CaptureProblem(
        file: "filter \"\(expression)\"", reason: unsafe String(cString: pcap_geterr(handle)),
        remedy: "use a simpler filter")
    }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func remedy(_ status: Int32) -> String {
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      "run as root, or give the program CAP_NET_RAW and CAP_NET_ADMIN"
    case PCAP_ERROR_NO_SUCH_DEVICE: "see 'ip link' for the interfaces there are"
    case PCAP_ERROR_IFACE_NOT_UP: "bring it up with 'ip link set up' first"
    default: "see the message of libpcap"
    }
  }
}
