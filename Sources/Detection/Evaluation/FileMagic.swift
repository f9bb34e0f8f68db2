import CMagic
import Wire

/// The boundary to libmagic, which tells what kind of file some bytes are.
///
/// The database is loaded when the first rule or record asks: it costs megabytes and a tenth of a second.
@safe
package final class FileMagic {
  private var cookie: magic_t?
  private var hasTried = false

  /// Bytes shown to the library: enough for archives and documents, whose marks stand far in.
  static let bytesMax = 1 << 20
  /// Bytes that a file must have before it is asked, unless it is complete.
  static let bytesMin = 512

  package init() {}

  deinit {
    // Sound: the cookie is this object's own and is closed once; closing nil is not tried.
    if let cookie = unsafe cookie { unsafe magic_close(cookie) }
  }

  /// The library's words for the bytes; empty where there is no database or nothing is known.
  package func text(of bytes: RawSpan) -> [UInt8] {
    if !hasTried { load() }
    // Sound: the cookie is open; the library reads exactly the bytes given, and its answer lives until the
    // next call, before which it is copied.
    guard let cookie = unsafe cookie else { return [] }
    let part = bytes.part(0, Self.bytesMax)
    return unsafe part.withUnsafeBytes { buffer in
      guard let text = unsafe magic_buffer(cookie, buffer.baseAddress, buffer.count) else { return [] }
      return Array(unsafe String(cString: text).utf8)
    }
  }

  private func load() {
    hasTried = true
    // Sound: the cookie is checked before it is used; nil stands for the library's own database.
    unsafe cookie = magic_open(MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF)
    guard let opened = unsafe cookie else { return }
    if unsafe magic_load(opened, nil) != 0 {
      unsafe magic_close(opened)
      unsafe cookie = nil
    }
  }
}
