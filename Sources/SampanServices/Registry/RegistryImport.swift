internal import SampanRPC
internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// Takes all rows of a sheet, or none.
enum RegistryImport {
    enum Effect { case added, changed, unchanged }

    /// Thrown to undo all, and told to nobody.
    private struct Undone: Error {}

    /// Runs `body` for every row, and undoes all of it where one row was wrong or nothing was to be changed. Throws what is no row's fault.
    static func run(
        _ sheet: inout RegistrySheet, validateOnly: Bool, _ tx: borrowing Transaction,
        _ body: (CSVTable.Row, RegistrySheet, borrowing Transaction) throws -> Effect
    ) throws -> IdentityV1.ImportResult {
        guard sheet.faultCount == 0 else { return sheet.result() }
        var (added, changed, unchanged): (UInt64, UInt64, UInt64) = (0, 0, 0)
        do {
            try tx.savepoint { tx in
                for row in sheet.rows {
                    do {
                        switch try body(row, sheet, tx) {
                        case .added: added += 1
                        case .changed: changed += 1
                        case .unchanged: unchanged += 1
                        }
                    } catch let error as DomainError {
                        sheet.add(row.line, error)
                    } catch let error as RegistryError {
                        guard let (column, message) = Self.fault(of: error) else { throw error }
                        sheet.add(row.line, column, message)
                    }
                }
                if sheet.faultCount > 0 || validateOnly { throw Undone() }
            }
        } catch is Undone {}
        return sheet.result(added: added, changed: changed, unchanged: unchanged)
    }

    private static func fault(of error: RegistryError) -> (column: String, message: String)? {
        switch error {
        case .invalid(let error): (error.field, error.message)
        case .versionConflict(let newest): ("version", "the newest version is \(newest); export the entry again")
        case .closed: ("status", "the entry is closed, which is final")
        case .statusByPut: ("status", "a status is changed by suspending, restoring or closing, not by a file")
        case .setByRegion, .otherInstitution: ("status", error.rpcError.message)
        case .notFound(let what): ("", "the registry has no such \(what)")
        case .requestIDReused, .unreadable, .storage: nil
        }
    }
}
