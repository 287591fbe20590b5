import SampanCrypto
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanLedger

/// A ledger alone in a file.
struct LedgerBench {
    static let schema = Schema(name: "ledger test", migrations: [Migration("ledger", LedgerSchema.tables)])
    static let ledger = Ledger { try SHA256.hash($0) }

    let directory: TemporaryDirectory
    let database: SQLiteDatabase
    var ledger: Ledger { Self.ledger }

    init() throws {
        directory = try TemporaryDirectory()
        database = try SQLiteDatabase(path: directory.file(), schema: Self.schema)
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (Ledger, borrowing Transaction) throws -> T) async throws(LedgerError) -> T {
        try await database.write(LedgerError.self) { tx in try body(Self.ledger, tx) }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (Ledger, borrowing Transaction) throws -> T) async throws(LedgerError) -> T {
        try await database.read(LedgerError.self) { tx in try body(Self.ledger, tx) }
    }

    @discardableResult
    func post(_ entry: NewEntry, now: UnixTime = noon) async throws(LedgerError) -> LedgerEntry {
        try await write { ledger, tx in try ledger.post(entry, now: now, tx) }
    }

    func balance(_ account: LedgerAccount, at moment: LedgerMoment = .now) async throws -> Int64 {
        try await read { ledger, tx in try ledger.balance(of: account, at: moment, tx).balance.fen }
    }

    /// What `verify` says; nil for a ledger that is whole.
    func fault(mark: LedgerMark? = nil) async throws -> LedgerFault? {
        try await read { ledger, tx in
            do {
                _ = try ledger.verify(mark: mark, tx)
                return nil
            } catch let fault as LedgerFault {
                return fault
            }
        }
    }

    /// Changes the file behind the back of the triggers that `table` has.
    func vandalize(_ table: String, _ sql: String) async throws {
        try await database.write { tx in
            let triggers = try tx.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", .text(table)) {
                try $0.text(0)
            }
            for trigger in triggers { try tx.execute("DROP TRIGGER \(trigger)") }
            try tx.execute(sql)
        }
    }
}

let noon = UnixTime(nanoseconds: 1_794_974_400_000_000_000)
let day = BusinessDay(noon)
let dayAfter = BusinessDay(noon.advanced(byNanoseconds: 86_400_000_000_000))

func money(_ fen: Int64) -> Money { Money(fen: fen) }
func hospital(_ number: Int = 1) -> InstitutionCode {
    do { return try InstitutionCode("469901000\(number)", scheme: .local) } catch { preconditionFailure("\(error)") }
}

/// Between two accounts.
func transfer(
    _ key: String, _ fen: Int64, debit: LedgerAccount = .channelClearing(.wechatPay), credit: LedgerAccount = .customerPrepayment,
    event: LedgerEvent = .paid, day: BusinessDay = day, reason: String = "", actor: String = "test"
) throws(LedgerError) -> NewEntry {
    try NewEntry(
        key: key, event: event, day: day, lines: [.debit(debit, money(fen)), try .credit(credit, money(fen))], reason: reason, actor: actor)
}
