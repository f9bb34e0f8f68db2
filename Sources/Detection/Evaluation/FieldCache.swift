import Protocols

/// The values of a transaction's buffers while it is being inspected: each is extracted and transformed once.
///
/// A value that is looked at is moved out and back again, which counts no reference.
struct FieldCache: ~Copyable {
  /// By buffer; nil: not extracted yet.
  private var values: [FieldValue?]
  private var loaded: [Int32] = []

  init(bufferCount: Int) {
    values = [FieldValue?](repeating: nil, count: bufferCount)
    loaded.reserveCapacity(bufferCount)
  }

  /// The value of a buffer was extracted before.
  @inline(__always)
  func isKnown(_ buffer: Int32) -> Bool {
    if case .some = values[Int(buffer)] { true } else { false }
  }

  /// The value of a buffer, if it was extracted before.
  func known(_ buffer: Int32) -> FieldValue? { values[Int(buffer)] }

  /// Keeps a buffer's value for the others that ask for it.
  @inline(__always)
  mutating func store(_ buffer: Int32, _ value: consuming FieldValue) {
    values[Int(buffer)] = .some(value)
    loaded.append(buffer)
  }

  /// Takes out a buffer's value that was extracted before; `give` is to follow.
  @inline(__always)
  mutating func take(_ buffer: Int32) -> FieldValue {
    var taken = FieldValue?.some(.none)
    swap(&values[Int(buffer)], &taken)
    return taken ?? .none
  }

  /// Puts back what was taken out.
  @inline(__always)
  mutating func give(_ buffer: Int32, _ value: consuming FieldValue) {
    values[Int(buffer)] = .some(value)
  }

  /// Forgets everything: the next transaction, or the same one later, has other values.
  mutating func removeAll() {
    for buffer in loaded { values[Int(buffer)] = nil }
    loaded.removeAll(keepingCapacity: true)
  }
}
