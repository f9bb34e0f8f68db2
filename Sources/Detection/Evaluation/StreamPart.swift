/// Where the part of the stream that is shown lies in it.
struct StreamPart: BitwiseCopyable {
  /// Offset in the stream of the first byte shown.
  var start: UInt64
  /// Index of the first byte that was not shown before.
  var newFrom: Int
  /// There is new data of the stream.
  var isThere: Bool

  /// Offset in the stream of the first byte that is to be seen.
  var newStart: UInt64 { start &+ UInt64(newFrom) }
}
