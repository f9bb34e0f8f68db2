import CMaxMindDB
package import Wire

/// Tells the country of addresses, for `geoip`.
package protocol CountrySource: Sendable {
  /// The two letters of ISO 3166-1, the first in the high byte; nil where nothing is known.
  func country(of address: IPAddress) -> UInt16?
}

/// The boundary to libmaxminddb: a database of countries, opened once and only read by all workers.
@safe
package final class GeoDatabase: CountrySource, @unchecked Sendable {
  private let database: UnsafeMutablePointer<MMDB_s>

  /// Why a database cannot be used, in the library's words.
  package struct Failure: Error, Sendable {
    /// The words.
    package let message: String
  }

  /// Opens a database file, as `geoip-database` names it.
  package init(path: String) throws(Failure) {
    let opened = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    // Sound: the library fills the memory in, or says why not; the name is read during the call only.
    let status = unsafe path.withCString { unsafe MMDB_open($0, UInt32(MMDB_MODE_MMAP), opened) }
    guard status == MMDB_SUCCESS else {
      unsafe opened.deallocate()
      // Sound: the library's words for a status are static texts.
      let words = unsafe MMDB_strerror(status).map { unsafe String(cString: $0) }
      throw Failure(message: words ?? "error \(status)")
    }
    unsafe database = opened
  }

  deinit {
    // Sound: this is the only owner; nobody asks any more.
    unsafe MMDB_close(database)
    unsafe database.deallocate()
  }

  /// The country's letters, as the database has them.
  package func country(of address: IPAddress) -> UInt16? {
    let bytes = address.bytes
    var letters: [UInt8] = [0, 0]
    // Sound: the address has 4 or 16 bytes, as its count says, and two letters have room.
    let isKnown = unsafe bytes.withUnsafeBufferPointer { address in
      unsafe letters.withUnsafeMutableBufferPointer { letters in
        guard let from = address.baseAddress, let into = letters.baseAddress else { return false }
        return unsafe cmaxminddb_country(database, from, Int32(address.count), into) == 1
      }
    }
    return isKnown ? UInt16(letters[0]) << 8 | UInt16(letters[1]) : nil
  }
}
