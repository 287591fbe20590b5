internal import SampanAPI
internal import SampanDomain

/// A file of entries: its header is checked, and what is wrong is told by line and column, never by content.
struct RegistrySheet {
    /// Faults that are told one by one: who has more has another problem.
    static let mostFaults = 100

    private let table: CSVTable?
    private let columns: [String: CSVTable.Column]
    private(set) var faults: [IdentityV1.ImportFault] = []
    private(set) var faultCount: UInt64 = 0

    /// - Parameter header: the columns that the file has, in any order, and no others.
    init(_ bytes: [UInt8], header: [String]) {
        var columns: [String: CSVTable.Column] = [:]
        do throws(CSVError) {
            let table = try CSVTable(bytes)
            for name in header { columns[name] = try table.column(name) }
            if let foreign = table.header.first(where: { !header.contains($0) }) {
                self.table = nil
                self.columns = [:]
                // The name stands in the file; only a short and plain one is repeated.
                let isPlain = foreign.utf8.count <= 32 && foreign.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                add(1, isPlain ? foreign : "", "is no column of this file; it has \(header.joined(separator: ","))")
                return
            }
            self.table = table
            self.columns = columns
        } catch {
            table = nil
            self.columns = [:]
            if case .missingColumn(let name) = error.problem {
                add(1, name, "is missing in the header; it has \(header.joined(separator: ","))")
            } else {
                add(error.line, "", error.description)
            }
        }
    }

    var rows: [CSVTable.Row] { table?.rows ?? [] }

    /// The field of a row; empty for a column that the header does not have, which was told already.
    func text(_ row: CSVTable.Row, _ column: String) -> String { columns[column].map { row[$0] } ?? "" }

    mutating func add(_ line: Int, _ column: String, _ message: String) {
        faultCount += 1
        guard faults.count < Self.mostFaults else { return }
        faults.append(IdentityV1.ImportFault(line: UInt64(clamping: line), column: column, message: message))
    }

    mutating func add(_ line: Int, _ error: DomainError) { add(line, error.field, error.message) }

    func result(added: UInt64 = 0, changed: UInt64 = 0, unchanged: UInt64 = 0) -> IdentityV1.ImportResult {
        IdentityV1.ImportResult(
            rows: UInt64(rows.count), added: added, changed: changed, unchanged: unchanged, faults: faults, faultCount: faultCount)
    }
}

/// What is wrong with a row of a sheet, thrown out of a transaction whose whole effect it undoes.
struct SheetFault: Error {
    let line: Int
    let error: DomainError
}
