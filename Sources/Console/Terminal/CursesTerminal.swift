import CNcurses
import Foundation

/// The terminal through ncurses with wide characters: the C boundary of the console.
///
/// What is drawn comes from a `Canvas`, whose text is safe; ncurses is only ever given whole rows of it.
@safe package struct CursesTerminal: ~Copyable {
  /// The whole screen, owned by ncurses from `initscr` to `endwin`.
  private let window: UnsafeMutablePointer<WINDOW>

  /// Takes over the terminal. Nil where standard input or output is none.
  package init?() {
    guard isatty(0) == 1, isatty(1) == 1 else { return nil }
    // Sound: the C library copies the texts; an empty one asks for the environment's locale. Where that is
    // not installed, as often on machines that are reached from elsewhere, any with UTF-8 draws the same.
    if unsafe setlocale(LC_ALL, "") == nil { _ = unsafe setlocale(LC_CTYPE, "C.UTF-8") }
    // Sound: ncurses owns the screen it returns; it is used on this thread only.
    guard let window = unsafe initscr() else { return nil }
    unsafe self.window = unsafe window
    cbreak()
    noecho()
    nonl()
    // Sound: the window is valid after initscr succeeded.
    unsafe keypad(window, true)
    set_escdelay(25)
    curs_set(0)
    startColours()
    timeout(1000)
  }

  deinit {
    endwin()
  }

  package var size: (width: Int, height: Int) {
    // Sound: window is valid as long as this value lives.
    unsafe (Int(getmaxx(window)), Int(getmaxy(window)))
  }

  /// Shows a canvas.
  package func show(_ canvas: Canvas) {
    erase()
    for row in 0..<canvas.height {
      move(Int32(row), 0)
      for run in canvas.runs(row: row) {
        let attributes = Self.attributes(of: run.style)
        // Sound: window is valid; the text is passed as a C string that ncurses copies.
        unsafe wattron(window, attributes)
        unsafe waddstr(window, run.text)
        unsafe wattroff(window, attributes)
      }
    }
    refresh()
  }

  /// The next key, or `.none` when none came within a second.
  package func key() -> Key {
    var code: wint_t = 0
    // Sound: window is valid, and ncurses writes one value to `code`.
    let kind = unsafe wget_wch(window, &code)
    if kind == ERR { return .none }
    if kind == KEY_CODE_YES { return Self.special(Int32(bitPattern: code)) }
    switch code {
    case 10, 13: return .enter
    case 27: return .escape
    case 8, 127: return .backspace
    case 9: return .tab
    default:
      guard code >= 0x20, let scalar = Unicode.Scalar(code) else { return .none }
      return .character(Character(scalar))
    }
  }

  private static func special(_ code: Int32) -> Key {
    switch code {
    case KEY_UP: return .up
    case KEY_DOWN: return .down
    case KEY_LEFT: return .left
    case KEY_RIGHT: return .right
    case KEY_PPAGE: return .pageUp
    case KEY_NPAGE: return .pageDown
    case KEY_HOME: return .home
    case KEY_END: return .end
    case KEY_ENTER: return .enter
    case KEY_BACKSPACE: return .backspace
    case KEY_RESIZE: return .resize
    default: return .none
    }
  }

  private func startColours() {
    guard has_colors() else { return }
    start_color()
    use_default_colors()
    let colours: [(Style, Int16, Int16)] = [
      (.accent, 6, -1), (.good, 2, -1), (.warning, 3, -1), (.danger, 1, -1), (.critical, 7, 1),
      (.selected, 0, 6), (.bar, 7, 4),
    ]
    for (style, foreground, background) in colours {
      init_pair(Int16(style.rawValue) + 1, foreground, background)
    }
  }

  private static func attributes(of style: Style) -> Int32 {
    let bold: Int32 = 1 << 21
    let dim: Int32 = 1 << 20
    let reverse: Int32 = 1 << 18
    let pair = (Int32(style.rawValue) + 1) << 8
    guard has_colors() else {
      switch style {
      case .selected, .bar: return reverse
      case .heading, .danger, .critical: return bold
      default: return 0
      }
    }
    switch style {
    case .plain: return 0
    case .dim: return dim
    case .heading: return bold
    case .danger, .critical: return pair | bold
    default: return pair
    }
  }
}
