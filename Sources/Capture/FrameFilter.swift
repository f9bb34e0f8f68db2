/// A filter of frames in the language of pcap-filter(7). Thread-confined.
package final class FrameFilter {
  private let filter: CBPF

  /// Throws where the expression cannot be compiled for Ethernet.
  package init(_ expression: String) throws(CaptureProblem) {
    filter = try CBPF(expression)
  }

  /// Whether a whole frame is one that the filter lets through.
  package func matches(_ frame: RawSpan, _ linkType: Int32) -> Bool {
    filter.matches(frame, linkType: linkType, wireLength: frame.byteCount)
  }
}
