import Protocols
import Wire

// Rules on transferred files: their names, kinds, sizes and digests, and which of them are to be kept.
extension Inspector {
  /// Whether some file meets all conditions of an inspection on files as a whole.
  mutating func wholeFilesVerdict(_ inspection: CompiledInspection, _ view: borrowing TransactionView)
    -> Verdict
  {
    var isWaiting = !view.isComplete
    for file in newFiles(view) where file.direction == view.direction {
      switch verdict(inspection.steps, file, isLast: view.isComplete) {
      case .holds: return .holds
      case .fails: break
      case .later: isWaiting = true
      }
    }
    return isWaiting ? .later : .fails
  }

  /// Names of files. One without a name has an empty one: what must not stand in it does not.
  mutating func namesVerdict(
    _ inspection: CompiledInspection, _ view: borrowing TransactionView
  ) -> Verdict {
    for file in newFiles(view) where file.direction == view.direction {
      let name = file.name
      if matches(inspection, name.rawSpan, base: 0) { return .holds }
    }
    return view.isComplete ? .fails : .later
  }

  /// The files on which the rule at hand has not matched yet.
  mutating func newFiles(_ view: borrowing TransactionView) -> ArraySlice<TransferredFile> {
    view.transaction.files.dropFirst(firstFile)
  }

  /// A rule on files has matched: it is asked again when the transaction brings another one.
  mutating func keepForNextFile(
    _ number: Int32, _ rule: CompiledRule, _ matched: UInt64, _ bodyBytes: Int,
    _ view: borrowing TransactionView
  ) {
    var left = matched
    for position in rule.transactionInspections.start..<rule.transactionInspections.end
    where program.inspections[position].source.isOnFiles {
      left &= ~(UInt64(1) << UInt64((position - rule.transactionInspections.start) & 63))
    }
    keep(number, left, bodyBytes, view.lane, firstFile: view.transaction.files.count)
  }

  private mutating func verdict(_ steps: IndexRange, _ file: TransferredFile, isLast: Bool) -> Verdict {
    var result = Verdict.holds
    for position in steps.start..<steps.end {
      let step: Verdict
      switch program.steps[position] {
      case .fileSize(let check): step = sizeVerdict(check, file, isLast: isLast)
      case .fileDigest(let list, let isNegated):
        step = digestVerdict(program.digestLists[Int(list)], isNegated, file, isLast: isLast)
      case .fileStored: step = .holds
      default: step = .fails
      }
      if step == .fails { return .fails }
      if step == .later { result = .later }
    }
    return result
  }

  /// The size is asked when the file is over; that of one which is not whole is only a lower bound.
  private mutating func sizeVerdict(_ check: NumberCheck, _ file: TransferredFile, isLast: Bool) -> Verdict {
    if file.state == .open, !isLast { return .later }
    let size = Int64(clamping: file.size)
    if file.state == .closed { return check.holds(size, program.numbers) ? .holds : .fails }
    let isLowerBound = check.operation == .greater || check.operation == .greaterOrEqual
    return isLowerBound && check.holds(size, program.numbers) ? .holds : .fails
  }

  private mutating func digestVerdict(
    _ list: DigestList, _ isNegated: Bool, _ file: TransferredFile, isLast: Bool
  ) -> Verdict {
    if file.state == .open { return isLast ? .fails : .later }
    let digest =
      switch list.kind {
      case .md5: file.md5
      case .sha1: file.sha1
      case .sha256: file.sha256
      }
    guard file.state == .closed, !file.hasGaps, let digest else { return .fails }
    return list.contains(digest) != isNegated ? .holds : .fails
  }

  /// Whether the kind of some file, in libmagic's words, meets an inspection's conditions.
  mutating func magicVerdict(
    _ inspection: CompiledInspection, _ view: borrowing TransactionView
  ) -> Verdict {
    var isWaiting = !view.isComplete
    for file in newFiles(view) where file.direction == view.direction {
      guard let text = magic(of: file, isLast: view.isComplete) else {
        isWaiting = true
        continue
      }
      if matches(inspection, text.rawSpan, base: 0) { return .holds }
    }
    return isWaiting && !view.isComplete ? .later : .fails
  }

  /// The kind of a file, asked once, when there are enough bytes to tell.
  private mutating func magic(of file: TransferredFile, isLast: Bool) -> [UInt8]? {
    if let known = file.magic { return known }
    let bytes = file.data.bytes
    guard bytes.count >= FileMagic.bytesMin || isLast || file.state != .open, !bytes.isEmpty else {
      return nil
    }
    let text = magic.text(of: bytes.rawSpan)
    file.magic = text
    return text
  }

  // MARK: Keeping

  /// A rule with `filestore` has matched: marks the files that it means.
  mutating func keepFiles(
    _ number: Int32, _ rule: CompiledRule, _ view: borrowing TransactionView,
    _ subject: Subject
  ) {
    for case .storeFile(let request) in rules.signatures[Int(number)].effects {
      if request.scope == .flow {
        for direction in Direction.allCases where request.accepts(direction, matched: view.direction) {
          subject.detection?.keepsFiles[direction] = true
        }
      }
      for file in view.transaction.files where request.accepts(file.direction, matched: view.direction) {
        if request.scope != .file || isMeant(file, rule, view) {
          file.store(forRule: rules.signatures[Int(number)].identity.id)
        }
      }
    }
  }

  /// Whether a file itself meets all that the rule asks of files.
  private mutating func isMeant(
    _ file: TransferredFile, _ rule: CompiledRule, _ view: borrowing TransactionView
  ) -> Bool {
    guard file.direction == view.direction else { return true }
    for position in rule.transactionInspections.start..<rule.transactionInspections.end {
      let inspection = program.inspections[position]
      switch inspection.source {
      case .fileName:
        let name = file.name
        if !matches(inspection, name.rawSpan, base: 0) { return false }
      case .fileMagic:
        guard let text = magic(of: file, isLast: true), matches(inspection, text.rawSpan, base: 0) else {
          return false
        }
      case .fileData:
        let bytes = file.data.bytes
        if !matches(inspection, bytes.rawSpan, base: 0) { return false }
      case .file: if verdict(inspection.steps, file, isLast: true) != .holds { return false }
      default: break
      }
    }
    return true
  }
}
