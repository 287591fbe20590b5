package import SampanLedger
internal import SampanStorage

/// Why a file of payments could not be read.
package enum PaymentArchiveError: Error, Sendable, Equatable {
    /// It is missing, or the system does not let it be read.
    case unreadable(String)
    /// It is something else, damaged, or of another edition.
    case unusable(String)
}

extension PaymentArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let text), .unusable(let text): text
        }
    }
}

/// The payments of a gateway as a file that is read: for commands, also while the node runs. Blocks; not Sendable.
package final class PaymentArchive {
    /// Name of the file in a gateway's data folder.
    package static let fileName = "payments.db"

    private let file: SQLiteArchive

    /// Opens a file that is there, and that the gateway of this edition has opened before.
    package init(path: String) throws(PaymentArchiveError) {
        do throws(StorageError) {
            file = try SQLiteArchive(path: path, schema: PaymentStore.schema)
        } catch {
            throw PaymentArchiveError(error)
        }
    }

    package func trialBalance(at moment: LedgerMoment) throws(PaymentArchiveError) -> TrialBalance {
        try read { try PaymentBooking.ledger.trialBalance(at: moment, $0) }
    }

    /// A page of an account's lines; see `Ledger.statement`.
    package func statement(
        of account: LedgerAccount, at moment: LedgerMoment, after number: Int64, limit: Int
    ) throws(PaymentArchiveError) -> AccountStatement {
        try read { try PaymentBooking.ledger.statement(of: account, at: moment, after: number, limit: limit, $0) }
    }

    /// Verifies the ledger from its first entry on, and holds it against the payments.
    package func verify(mark: LedgerMark?) throws(PaymentArchiveError) -> LedgerCheck {
        try read { try LedgerCheck.run(mark: mark, $0) }
    }

    private func read<T>(_ body: (borrowing Transaction) throws -> T) throws(PaymentArchiveError) -> T {
        do {
            return try file.read(body)
        } catch let error as StorageError {
            throw PaymentArchiveError(error)
        } catch {
            throw .unusable("\(error)")
        }
    }
}

extension PaymentArchiveError {
    fileprivate init(_ error: StorageError) {
        switch error.kind {
        case .cannotOpen, .readOnly, .io, .busy: self = .unreadable(error.message)
        default: self = .unusable(error.message)
        }
    }
}
