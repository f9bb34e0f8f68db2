import Protocols

/// The values of a transaction's buffers while it is being inspected: each is extracted and transformed once.
///
/// A value that is looked at is moved out and back again, which counts no reference.
struct FieldCache: ~Copyable {
  /// By buffer.
  private var values: [FieldValue]
  /// Which of them have been extracted, and in which order.
  private var isLoaded: [Bool]
  private var loaded: [Int32] = []

  init(bufferCount: Int) {
    values = [FieldValue](repeating: .none, count: bufferCount)
    isLoaded = [Bool](repeating: false, count: bufferCount)
    loaded.reserveCapacity(bufferCount)
  }

  /// The value of a buffer was extracted before.
  @inline(__always)
  func isKnown(_ buffer: Int32) -> Bool { isLoaded[Int(buffer)] }

  /// The value of a buffer, if it was extracted before.
  func known(_ buffer: Int32) -> FieldValue? { isLoaded[Int(buffer)] ? values[Int(buffer)] : nil }

  /// Keeps a buffer's value for the others that ask for it.
  @inline(__always)
  mutating func store(_ buffer: Int32, _ value: consuming FieldValue) {
    values[Int(buffer)] = consume value
    isLoaded[Int(buffer)] = true
    loaded.append(buffer)
  }

  /// Takes out a buffer's value that was extracted before; `give` is to follow.
  @inline(__always)
  mutating func take(_ buffer: Int32) -> FieldValue {
    var taken = FieldValue.none
    swap(&values[Int(buffer)], &taken)
    return taken
  }

  /// Puts back what was taken out.
  @inline(__always)
  mutating func give(_ buffer: Int32, _ value: consuming FieldValue) {
    values[Int(buffer)] = consume value
  }

  /// Forgets everything: the next transaction, or the same one later, has other values.
  mutating func removeAll() {
    for buffer in loaded {
      values[Int(buffer)] = .none
      isLoaded[Int(buffer)] = false
    }
    loaded.removeAll(keepingCapacity: true)
  }
}
