import Protocols

/// The values of a transaction's buffers while it is being inspected: each is extracted and transformed once.
struct FieldCache: ~Copyable {
  private var values: [FieldValue]
  private var isLoaded: [Bool]
  private var loaded: [Int32] = []

  init(bufferCount: Int) {
    values = [FieldValue](repeating: .none, count: bufferCount)
    isLoaded = [Bool](repeating: false, count: bufferCount)
    loaded.reserveCapacity(bufferCount)
  }

  /// The value of a buffer, if it was extracted before.
  func known(_ buffer: Int32) -> FieldValue? {
    isLoaded[Int(buffer)] ? values[Int(buffer)] : nil
  }

  /// Keeps a buffer's value for the others that ask for it.
  mutating func store(_ buffer: Int32, _ value: FieldValue) {
    values[Int(buffer)] = value
    isLoaded[Int(buffer)] = true
    loaded.append(buffer)
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
